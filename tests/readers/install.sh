#!/bin/sh
# install.sh -- the programs that readers.sh asks, by the package manager of Debian; as root, or through sudo.
set -eu
become=
[ "$(id -u)" -eq 0 ] || become=sudo
$become apt-get update
$become env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends hdf5-tools netcdf-bin octave \
    r-base-core r-bioc-rhdf5 r-cran-hdf5r python3-h5py python3-numpy python3-xarray python3-netcdf4 python3-h5netcdf
