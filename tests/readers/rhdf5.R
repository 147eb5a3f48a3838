# rhdf5.R FILE PATH... -- the items of each dataset, in the order of the file
library(rhdf5)
argument <- commandArgs(TRUE)
for (path in argument[-1]) {
    x <- as.vector(h5read(argument[1], path, bit64conversion = "double"))
    text <- if (is.character(x)) x else ifelse(is.nan(x), "nan", sprintf("%.17g", x))
    cat(path, text, sep = "\t")
    cat("\n")
}
