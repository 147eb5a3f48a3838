# hdf5r.R FILE PATH... -- the items of each dataset, in the order of the file
library(hdf5r)
argument <- commandArgs(TRUE)
file <- H5File$new(argument[1], "r")
for (path in argument[-1]) {
    x <- as.vector(file[[path]]$read())
    if (inherits(x, "integer64")) x <- as.numeric(x)
    text <- if (is.character(x)) x else ifelse(is.nan(x), "nan", sprintf("%.17g", x))
    cat(path, text, sep = "\t")
    cat("\n")
}
