"""Opens what people bring, cuts plates out of pictures, draws them in; only here are image files and tables read."""
