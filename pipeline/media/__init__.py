"""Opens what people bring, cuts plates out of pictures and draws them in; the only readers of image files and tables."""
