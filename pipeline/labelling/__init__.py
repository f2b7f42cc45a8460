"""Cases out to a Label Studio and answers back."""
