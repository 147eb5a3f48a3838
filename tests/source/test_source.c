/* test_source.c -- inputs and targets: what is synthetic has its law, what is read is what the file holds, and files
   that lie are refused. Fashion-MNIST's first labels as printed in its repository: 9, 0, 0, 3 (train set). */
#include "reads.h"
#include "test.h"
#include <hdf5.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <tepui/tepui.h>
#include <unistd.h>
#include <zlib.h>

static char folder[] = "test-source-XXXXXX";

static void in_folder(void)
{
    static int there;
    if (!there) CHECK(mkdtemp(folder) != NULL && chdir(folder) == 0);
    there = 1;
}

static tepui_status open_data(const char *data, tepui_experiment **e, tepui_error *err)
{
    char text[512];
    snprintf(text, sizeof text, "grid: {depth: 1, width: 4}\ndata: {%s}\nobservables: [forward_norm]\n", data);
    err->text[0] = '\0';
    tepui_status st = tepui_experiment_parse(text, "x", NULL, e, err);
    if (st == TEPUI_OK) st = tepui_experiment_plan(*e, err);
    if (st != TEPUI_OK) {
        tepui_experiment_free(*e);
        *e = NULL;
    }
    return st;
}

static void points_of(const tepui_experiment *e, uint64_t sample, double *x, double *y)
{
    const tepui_cell *c = &e->cells[0];
    double *work = malloc((c->points * c->inputs + TEPUI_BATCH) * sizeof *work);
    tepui_stream s;
    tepui_stream_sample(&s, &c->key, sample, NULL);
    CHECK(tepui_dataset_points(c->data, &s, c->inputs, c->outputs, x, y, work) == TEPUI_OK);
    free(work);
}

/* Norms and inner products to rounding of sums of 7 and 40 terms; 40,000 Gaussian entries: 5 standard errors. */
static void synthetic_points_have_their_law(void)
{
    tepui_experiment *e;
    tepui_error err;
    static double x[40000];
    CHECK(open_data("source: sphere, points: 3, dimension: 7", &e, &err) == TEPUI_OK);
    for (uint64_t i = 0; i < 50; i++) {
        points_of(e, i, x, NULL);
        for (int p = 0; p < 3; p++) CHECK_NEAR(tepui_kernel()->sumsq(x + 7 * p, 7), 1, 1e-15 * 4);
    }
    tepui_experiment_free(e);
    CHECK(open_data("source: orthonormal, points: 7, dimension: 40", &e, &err) == TEPUI_OK);
    points_of(e, 5, x, NULL);
    for (int p = 0; p < 7; p++)
        for (int q = 0; q < 7; q++) CHECK_NEAR(tepui_kernel()->dot(x + 40 * p, x + 40 * q, 40), p == q, 1e-14);
    tepui_experiment_free(e);
    CHECK(open_data("source: gaussian, points: 4, dimension: 10000", &e, &err) == TEPUI_OK);
    points_of(e, 0, x, NULL);
    double sum = 0, square = 0;
    for (int i = 0; i < 40000; i++) sum += x[i], square += x[i] * x[i];
    CHECK_Z(sum / 40000, 0, 1 / 200.0, 5);
    CHECK_Z(square / 40000, 1, sqrt(2.0) / 200.0, 5);
    tepui_experiment_free(e);
}

static void resampling_is_as_asked(void)
{
    tepui_experiment *e;
    tepui_error err;
    double a[5], b[5];
    CHECK(open_data("source: gaussian, dimension: 5", &e, &err) == TEPUI_OK);
    points_of(e, 1, a, NULL);
    points_of(e, 2, b, NULL);
    CHECK(memcmp(a, b, sizeof a) != 0);
    tepui_experiment_free(e);
    CHECK(open_data("source: gaussian, dimension: 5, resample: false", &e, &err) == TEPUI_OK);
    points_of(e, 1, a, NULL);
    points_of(e, 2, b, NULL);
    CHECK(memcmp(a, b, sizeof a) == 0);
    tepui_experiment_free(e);
}

static void write_file(const char *name, const void *data, size_t n)
{
    FILE *f = fopen(name, "wb");
    CHECK(f && fwrite(data, 1, n, f) == n && fclose(f) == 0);
}

/* Three images of 2 x 2 and labels 1, 0, 2. */
static const unsigned char images[] = {0, 0, 8, 3,  0,   0,   0,   3, 0, 0, 0, 2, 0, 0,
                                       0, 2, 0, 51, 102, 153, 255, 0, 0, 0, 1, 2, 3, 4};
static const unsigned char labels[] = {0, 0, 8, 1, 0, 0, 0, 3, 1, 0, 2};

static void idx_files_are_read(void)
{
    tepui_experiment *e;
    tepui_error err;
    double x[12], y[9];
    in_folder();
    write_file("i", images, sizeof images);
    write_file("l", labels, sizeof labels);
    CHECK(open_data("source: idx, file: i, labels: l, points: 3, normalise: none", &e, &err) == TEPUI_OK);
    if (!e) {
        fprintf(stderr, "%s\n", err.text);
        return;
    }
    CHECK(e->cells[0].inputs == 4 && e->cells[0].outputs == 3 && e->cells[0].readout == TEPUI_READOUT_DENSE);
    points_of(e, 0, x, y);
    for (int p = 0; p < 3; p++) { /* rows come in random order, labels with them */
        const int row = x[4 * p] == 1.0 ? 1 : x[4 * p + 3] == 4 / 255.0 ? 2 : 0;
        for (int i = 0; i < 4; i++) CHECK(x[4 * p + i] == images[16 + 4 * row + i] / 255.0);
        for (int k = 0; k < 3; k++) CHECK(y[3 * p + k] == (labels[8 + row] == k));
    }
    tepui_experiment_free(e);
    CHECK(open_data("source: idx, file: i, labels: l, points: 4", &e, &err) == TEPUI_BAD_INPUT &&
          strstr(err.text, "the set has 3"));
    unlink("i");
    unlink("l");
}

static void refused(const unsigned char *data, size_t n, const char *part)
{
    tepui_experiment *e;
    tepui_error err;
    write_file("i", data, n);
    const tepui_status st = open_data("source: idx, file: i", &e, &err);
    if (st != TEPUI_BAD_INPUT || !strstr(err.text, part)) fprintf(stderr, "%d: %s\n", (int)st, err.text);
    CHECK(st == TEPUI_BAD_INPUT && strstr(err.text, part));
    tepui_experiment_free(e);
    unlink("i");
}

static void lying_idx_files_are_refused(void)
{
    unsigned char bad[sizeof images];
    in_folder();
    for (size_t n = 0; n < sizeof images; n += 3) refused(images, n, n < 4 ? "not an IDX file" : "cut off");
    memcpy(bad, images, sizeof bad);
    bad[2] = 9;
    refused(bad, sizeof bad, "not an IDX file");
    memcpy(bad, images, sizeof bad);
    memset(bad + 4, 0x7f, 8); /* claims 2^62 bytes */
    refused(bad, sizeof bad, "i: ");
    memset(bad + 4, 0, 4); /* no rows */
    refused(bad, sizeof bad, "size 0");
}

static void write_gzip(const char *name, const void *data, size_t n)
{
    gzFile f = gzopen(name, "wb9");
    CHECK(f && gzwrite(f, data, (unsigned)n) == (int)n && gzclose(f) == Z_OK);
}

static size_t read_back(const char *name, unsigned char *out, size_t room)
{
    FILE *f = fopen(name, "rb");
    const size_t n = f ? fread(out, 1, room, f) : 0;
    if (f) fclose(f);
    return n;
}

/* All single-bit faults and all cuts of a gzip file: refused, or (time stamp and name in its header) read to the very
   numbers. Junk behind the members and behind the IDX data is refused; two members in a row are one file. */
static void damaged_gzip_files_are_refused(void)
{
    unsigned char good[256], bad[300], rest[256];
    tepui_experiment *e;
    tepui_error err;
    double x[12], want[12];
    in_folder();
    write_gzip("g", images, sizeof images);
    const size_t n = read_back("g", good, sizeof good);
    CHECK(open_data("source: idx, file: g, points: 3", &e, &err) == TEPUI_OK);
    points_of(e, 0, want, NULL);
    tepui_experiment_free(e);
    size_t refusals = 0;
    for (size_t bit = 0; bit < 8 * n; bit++) {
        memcpy(bad, good, n);
        bad[bit / 8] ^= (unsigned char)(1u << bit % 8);
        write_file("i", bad, n);
        const tepui_status st = open_data("source: idx, file: i, points: 3", &e, &err);
        refusals += st == TEPUI_BAD_INPUT;
        CHECK(st == TEPUI_OK || st == TEPUI_BAD_INPUT);
        if (st == TEPUI_OK) points_of(e, 0, x, NULL);
        CHECK(st != TEPUI_OK || memcmp(x, want, sizeof x) == 0);
        tepui_experiment_free(e);
    }
    CHECK(refusals >= 8 * (n - 10)); /* everything behind the ten bytes of the header counts */
    for (size_t cut = 0; cut < n; cut++) refused(good, cut, "i: ");
    memcpy(bad, good, n);
    memcpy(bad + n, "junk", 4);
    refused(bad, n + 4, "followed by something else");
    memcpy(bad, images, sizeof images);
    refused(bad, sizeof images + 1, "bytes behind");
    memcpy(bad, images, sizeof images);
    write_gzip("g", bad, sizeof images + 1);
    refused(rest, read_back("g", rest, sizeof rest), "bytes behind");
    write_gzip("g", images, 10);
    size_t all = read_back("g", bad, 128);
    write_gzip("g", images + 10, sizeof images - 10);
    all += read_back("g", bad + all, sizeof bad - all);
    write_file("i", bad, all);
    CHECK(open_data("source: idx, file: i, points: 3", &e, &err) == TEPUI_OK);
    if (e) points_of(e, 0, x, NULL);
    CHECK(e && memcmp(x, want, sizeof x) == 0);
    tepui_experiment_free(e);
    unlink("g");
    unlink("i");
}

/* 20 rows, 10 of either class: how many of the class are among n drawn ones is hypergeometric (Feller I, II.6);
   Pearson's X^2 of the counts of 4,000 samples over k bins has mean k - 1 and variance 2 (k - 1): below 5 deviations of
   it. */
static double hypergeometric(int n, int k)
{
    return exp(2 * lgamma(11) - lgamma(k + 1) - lgamma(11 - k) - lgamma(n - k + 1) - lgamma(11 - n + k) - lgamma(21) +
               lgamma(n + 1) + lgamma(21 - n));
}

static void rows_are_a_random_subset_at_any_fraction(void)
{
    static const int sizes[] = {1, 2, 4, 5, 10, 11, 15, 19, 20};
    unsigned char rows[8 + 20] = {0, 0, 8, 1, 0, 0, 0, 20};
    enum { SAMPLES = 4000 };
    in_folder();
    for (int i = 0; i < 20; i++) rows[8 + i] = (unsigned char)i;
    write_file("i", rows, sizeof rows);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const int n = sizes[s];
        char text[128];
        tepui_experiment *e;
        tepui_error err;
        double x[20], chi = 0;
        int count[21] = {0}, first[20] = {0}, bins = 0;
        snprintf(text, sizeof text, "source: idx, file: i, points: %d, resample: true, normalise: none", n);
        CHECK(open_data(text, &e, &err) == TEPUI_OK);
        for (uint64_t i = 0; e && i < SAMPLES; i++) {
            int seen[20] = {0}, low = 0;
            points_of(e, i, x, NULL);
            for (int p = 0; p < n; p++) {
                const int row = (int)lround(x[p] * 255);
                CHECK(!seen[row]++);
                low += row < 10;
            }
            count[low]++;
            first[lround(x[0] * 255)]++;
        }
        for (int k = n > 10 ? n - 10 : 0; k <= n && k <= 10; k++) {
            const double want = SAMPLES * hypergeometric(n, k);
            chi += (count[k] - want) * (count[k] - want) / want;
            bins++;
        }
        CHECK(chi <= bins - 1 + 5 * sqrt(2.0 * (bins - 1)) + 1e-9 * SAMPLES);
        chi = 0; /* the first point is any row: order is random, too */
        for (int k = 0; k < 20; k++)
            chi += (first[k] - SAMPLES / 20.0) * (first[k] - SAMPLES / 20.0) / (SAMPLES / 20.0);
        CHECK(chi <= 19 + 5 * sqrt(38.0));
        tepui_experiment_free(e);
    }
    unlink("i");
}

/* Classes are uniform and independent of each other: Pearson's X^2 over 3 classes and over the 9 pairs of two points
   has means 2 and 8, variances twice that; five deviations. */
static void one_hot_targets_are_uniform_classes(void)
{
    tepui_experiment *e;
    tepui_error err;
    double x[8], y[6], count[3] = {0}, pair[9] = {0}, chi = 0, chi_pair = 0;
    enum { SAMPLES = 9000 };
    CHECK(open_data("points: 2, outputs: 3, targets: one_hot", &e, &err) == TEPUI_OK);
    for (uint64_t i = 0; e && i < SAMPLES; i++) {
        int k[2] = {-1, -1};
        points_of(e, i, x, y);
        for (int p = 0; p < 2; p++)
            for (int c = 0; c < 3; c++) {
                CHECK(y[3 * p + c] == 0 || (y[3 * p + c] == 1 && k[p] < 0));
                if (y[3 * p + c] == 1) k[p] = c;
            }
        CHECK(k[0] >= 0 && k[1] >= 0);
        count[k[0]]++;
        pair[3 * k[0] + k[1]]++;
    }
    for (int c = 0; c < 3; c++) chi += pow(count[c] - SAMPLES / 3, 2) / (SAMPLES / 3);
    for (int c = 0; c < 9; c++) chi_pair += pow(pair[c] - SAMPLES / 9, 2) / (SAMPLES / 9);
    CHECK(chi < 2 + 5 * 2 && chi_pair < 8 + 5 * 4);
    tepui_experiment_free(e);
}

/* In one dimension, points of norm 1 are 1 or -1, exactly; an inverse of the norm, rounded, misses 14 % of them. */
static void points_in_one_dimension_are_signs(void)
{
    enum { N = 5000 };
    static double x[N];
    static const char *const names[] = {"sphere", "orthonormal"};
    for (size_t i = 0; i < 2; i++) {
        const tepui_source_type *type = tepui_kind_find(&tepui_family_source, names[i]);
        tepui_stream s;
        const tepui_key key = tepui_key_make(3, names[i]);
        for (size_t k = 0; k < N; k++) {
            tepui_stream_sample(&s, &key, k, NULL);
            tepui_stream_at(&s, TEPUI_FOR_TEST, 0);
            CHECK(type->fill(&s, &x[k], 1, 1, NULL) == TEPUI_OK);
        }
        size_t ones = 0, others = 0;
        for (size_t k = 0; k < N; k++) {
            ones += x[k] == 1;
            others += fabs(x[k]) != 1;
        }
        CHECK(others == 0);
        CHECK_Z((double)ones / N, 0.5, 0.5 / sqrt(N), 5);
    }
}

/* An HDF5 file with one dataset x of 2 x 3. */
static hid_t plain_file(const double in[6])
{
    const hsize_t dims[2] = {2, 3};
    const hid_t f = H5Fcreate("d.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), s = H5Screate_simple(2, dims, NULL);
    const hid_t a = H5Dcreate2(f, "x", H5T_IEEE_F64LE, s, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(a, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, in);
    H5Dclose(a), H5Sclose(s);
    return f;
}

/* The same for the rows of a data set, where a number stands alone. */
static void single_features_are_signs(void)
{
    tepui_experiment *e;
    tepui_error err;
    double x[6] = {0};
    in_folder();
    for (int i = 0; i < 300; i++) {
        x[1] = 1 + i / 7.0;
        x[3] = -3 * x[1];
        H5Fclose(plain_file(x));
        CHECK(open_data("source: hdf5, file: d.h5, points: 2, normalise: unit", &e, &err) == TEPUI_OK);
        CHECK(e && e->dataset->x[1] == 1 && e->dataset->x[3] == -1);
        tepui_experiment_free(e);
    }
    unlink("d.h5");
}

/* Equal numbers are constant whatever their rounding; what differs is not, at any size of a double. */
static void constant_inputs_are_refused_and_no_others(void)
{
    static const double constants[] = {0, 14.62, 0.1, 1.0 / 3, 5, 1e-300, 1e300, -7.7};
    static const double middle[] = {0, 0, 0, 0, 14.62, 1}, spread[] = {1e-170, 1e170, 5e-324, 1e308, 0x1p-45, 1e-3};
    tepui_experiment *e;
    tepui_error err;
    double x[6];
    in_folder();
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++) {
        for (int k = 0; k < 6; k++) x[k] = constants[i];
        H5Fclose(plain_file(x));
        CHECK(open_data("source: hdf5, file: d.h5, points: 2", &e, &err) == TEPUI_BAD_INPUT &&
              strstr(err.text, "constant"));
    }
    for (size_t i = 0; i < sizeof spread / sizeof *spread; i++) {
        /* one of six is higher: deviations -1 (five times) and 5, over sqrt(5) */
        for (int k = 0; k < 6; k++) x[k] = middle[i] + (k == 2 ? spread[i] : 0);
        H5Fclose(plain_file(x));
        CHECK(open_data("source: hdf5, file: d.h5, points: 2", &e, &err) == TEPUI_OK);
        if (!e) continue;
        for (int k = 0; k < 6; k++) CHECK_NEAR(e->dataset->x[k], (k == 2 ? 5 : -1) / sqrt(5), 16 * 0x1p-53 * 5);
        tepui_experiment_free(e);
        if (middle[i] > 0) continue;
        for (int k = 0; k < 6; k++) x[k] = spread[i];
        H5Fclose(plain_file(x));
        CHECK(open_data("source: hdf5, file: d.h5, points: 2, normalise: unit", &e, &err) == TEPUI_OK);
        for (int k = 0; e && k < 6; k++) CHECK_NEAR(e->dataset->x[k], 1 / sqrt(3), 4 * 0x1p-53);
        tepui_experiment_free(e);
    }
    unlink("d.h5");
}

static void hdf5_refused(const char *dataset, const char *part)
{
    char text[160];
    tepui_experiment *e;
    tepui_error err;
    snprintf(text, sizeof text, "source: hdf5, file: d.h5, points: 2, normalise: none, dataset: %s", dataset);
    const tepui_status st = open_data(text, &e, &err);
    if (st == TEPUI_OK || !strstr(err.text, part)) fprintf(stderr, "%s gives %d: %s\n", dataset, (int)st, err.text);
    CHECK(st != TEPUI_OK && strstr(err.text, part));
    tepui_experiment_free(e);
}

static hid_t empty_set(hid_t f, const char *name, hid_t type, int rank, const hsize_t *dims, hid_t list)
{
    const hid_t s = H5Screate_simple(rank, dims, NULL),
                a = H5Dcreate2(f, name, type, s, H5P_DEFAULT, list, H5P_DEFAULT);
    H5Sclose(s);
    CHECK(a >= 0);
    return a;
}

/* What HDF5 allows and a data set may not be: links on the way, storage elsewhere, numbers never written or not of a
   plain type, and sizes beyond the memory. */
static void hdf5_data_are_in_the_file_and_plain(void)
{
    const double in[6] = {1, 2, 3, 4, 5, 6};
    const hsize_t dims[2] = {2, 3}, huge[2] = {1u << 29, 3}, wrap[3] = {1u << 20, 1u << 20, 1u << 12}, half[2] = {1, 3};
    tepui_experiment *e;
    tepui_error err;
    in_folder();
    H5Fclose(plain_file(in));
    rename("d.h5", "other.h5");
    const hid_t f = plain_file(in), g = H5Gcreate2(f, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_hard(f, "x", f, "g/x", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/g", f, "soft", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/g/x", f, "g/s", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_external("other.h5", "/", f, "far", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_external("other.h5", "/", f, "g/far", H5P_DEFAULT, H5P_DEFAULT);
    hid_t outside = H5Pcreate(H5P_DATASET_CREATE), chunked = H5Pcreate(H5P_DATASET_CREATE),
          virtual = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(outside, "other.h5", 0, 48);
    H5Pset_chunk(chunked, 2, half);
    const hid_t space = H5Screate_simple(2, dims, NULL);
    H5Pset_virtual(virtual, space, "other.h5", "/x", space);
    H5Dclose(empty_set(f, "outside", H5T_IEEE_F64LE, 2, dims, outside));
    H5Dclose(empty_set(f, "virtual", H5T_IEEE_F64LE, 2, dims, virtual));
    H5Dclose(empty_set(f, "empty", H5T_IEEE_F64LE, 2, dims, H5P_DEFAULT));
    H5Dclose(empty_set(f, "huge", H5T_IEEE_F64LE, 2, huge, chunked));
    H5Dclose(empty_set(f, "wrap", H5T_IEEE_F64LE, 3, wrap, H5P_DEFAULT));
    H5Dclose(empty_set(f, "text", H5T_C_S1, 2, dims, H5P_DEFAULT));
    const hid_t part = empty_set(f, "part", H5T_IEEE_F64LE, 2, dims, chunked), row = H5Screate_simple(2, half, NULL);
    const hsize_t zero[2] = {0, 0};
    H5Sselect_hyperslab(space, H5S_SELECT_SET, zero, NULL, half, NULL);
    H5Dwrite(part, H5T_NATIVE_DOUBLE, row, space, H5P_DEFAULT, in);
    const hid_t scaled = empty_set(f, "scaled", H5T_STD_I16BE, 2, dims, H5P_DEFAULT), one = H5Screate(H5S_SCALAR);
    H5Dwrite(scaled, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, in);
    const hid_t big = empty_set(f, "big", H5T_STD_I16BE, 2, dims, H5P_DEFAULT);
    H5Dwrite(big, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, in);
    H5Aclose(H5Acreate2(scaled, "scale_factor", H5T_IEEE_F64LE, one, H5P_DEFAULT, H5P_DEFAULT));
    H5Dclose(part), H5Dclose(scaled), H5Dclose(big), H5Sclose(one), H5Sclose(row), H5Sclose(space);
    H5Pclose(outside), H5Pclose(chunked), H5Pclose(virtual), H5Gclose(g), H5Fclose(f);
    hdf5_refused("soft/x", "'soft' in it is a soft link; only what is in the file itself");
    hdf5_refused("g/s", "'g/s' in it is a soft link");
    hdf5_refused("far/x", "'far' in it is an external link");
    hdf5_refused("g/far/x", "'g/far' in it is an external link");
    hdf5_refused("/far/x", "'/far' in it is an external link");
    hdf5_refused("g/none", "no dataset 'g/none'");
    hdf5_refused("outside", "kept in the file");
    hdf5_refused("virtual", "kept in the file");
    hdf5_refused("empty", "never written");
    hdf5_refused("part", "not wholly");
    hdf5_refused("huge", "d.h5: ");
    hdf5_refused("wrap", "not an array");
    hdf5_refused("text", "not an array of numbers");
    hdf5_refused("scaled", "scale_factor");
    CHECK(open_data("source: hdf5, file: d.h5, points: 2, dataset: g/x", &e, &err) == TEPUI_OK);
    tepui_experiment_free(e);
    CHECK(open_data("source: hdf5, file: d.h5, points: 2, dataset: /g//x", &e, &err) == TEPUI_OK);
    tepui_experiment_free(e);
    CHECK(open_data("source: hdf5, file: d.h5, points: 2, dataset: big, normalise: none", &e, &err) == TEPUI_OK);
    for (int i = 0; e && i < 6; i++) CHECK(e->dataset->x[i] == i + 1);
    tepui_experiment_free(e);
    unlink("d.h5");
    unlink("other.h5");
}

/* Filters, and chunks across the edge, change how many bytes are stored, not what is. */
static void hdf5_data_may_be_chunked_and_compressed(void)
{
    static const hsize_t chunks[][2] = {{3, 2}, {5, 3}, {1, 3}, {4, 1}, {2, 2}};
    const hsize_t dims[2] = {5, 3}, corner[2] = {4, 2}, one[2] = {1, 1};
    double x[15];
    in_folder();
    for (int i = 0; i < 15; i++) x[i] = i * i + 1;
    for (unsigned i = 0; i < 8 * sizeof chunks / sizeof *chunks; i++) {
        tepui_experiment *e;
        tepui_error err;
        hid_t list = H5Pcreate(H5P_DATASET_CREATE), f = H5Fcreate("d.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
        H5Pset_chunk(list, 2, chunks[i / 8]);
        if (i & 1) H5Pset_shuffle(list);
        if (i & 2) H5Pset_deflate(list, 6);
        if (i & 4) H5Pset_fletcher32(list);
        const hid_t all = empty_set(f, "x", H5T_IEEE_F64LE, 2, dims, list);
        const hid_t some = empty_set(f, "some", H5T_IEEE_F64LE, 2, dims, list);
        const hid_t space = H5Dget_space(some), number = H5Screate_simple(2, one, NULL);
        H5Dwrite(all, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, x);
        H5Sselect_hyperslab(space, H5S_SELECT_SET, corner, NULL, one, NULL);
        H5Dwrite(some, H5T_NATIVE_DOUBLE, number, space, H5P_DEFAULT, x);
        H5Dclose(all), H5Dclose(some), H5Sclose(space), H5Sclose(number), H5Pclose(list), H5Fclose(f);
        CHECK(open_data("source: hdf5, file: d.h5, points: 5, normalise: none", &e, &err) == TEPUI_OK);
        for (int k = 0; e && k < 15; k++) CHECK(e->dataset->x[k] == x[k]);
        tepui_experiment_free(e);
        if (i / 8 != 1) hdf5_refused("some", "not wholly"); /* one chunk has been written */
    }
    unlink("d.h5");
}

/* What needs a filter that no libhdf5 has: number 32,000, that of h5py's lzf, is declared and never run. */
static size_t never_run(unsigned flags, size_t n, const unsigned values[], size_t bytes, size_t *room, void **buffer)
{
    (void)flags, (void)n, (void)values, (void)room, (void)buffer;
    return bytes;
}

static void unknown_filters_are_named(void)
{
    static const H5Z_class2_t lzf = {H5Z_CLASS_T_VERS, 32000, 1, 1, "lzf", NULL, NULL, never_run};
    const double in[6] = {1, 2, 3, 4, 5, 6};
    const hsize_t dims[2] = {2, 3};
    in_folder();
    CHECK(H5Zregister(&lzf) >= 0);
    const hid_t f = plain_file(in), list = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(list, 2, dims);
    CHECK(H5Pset_filter(list, 32000, H5Z_FLAG_MANDATORY, 0, NULL) >= 0);
    const hid_t set = empty_set(f, "far", H5T_IEEE_F64LE, 2, dims, list);
    H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, in);
    H5Dclose(set), H5Pclose(list), H5Fclose(f);
    H5Zunregister(32000);
    hdf5_refused("far", "use gzip");
    unlink("d.h5");
}

static tepui_status labels_open(const void *label, hid_t type, hid_t memory, tepui_experiment **e, tepui_error *err)
{
    const double in[6] = {1, 2, 3, 4, 5, 6};
    const hsize_t two = 2;
    const hid_t f = plain_file(in), s = H5Screate_simple(1, &two, NULL),
                b = H5Dcreate2(f, "y", type, s, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    CHECK(H5Dwrite(b, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, label) >= 0);
    H5Dclose(b), H5Sclose(s), H5Fclose(f);
    return open_data("source: hdf5, file: d.h5, labels_dataset: y, points: 2, normalise: none", e, err);
}

/* Classes are numbered from 0 and are 256 at most, in HDF5 and IDX files alike; others, and booleans as h5py writes
   them (an enumeration of bytes), are refused by name. Design. */
static void labels_from_0_to_255_are_classes_and_no_others(void)
{
    static const int good[][2] = {{0, 0}, {0, 1}, {1, 0}, {0, 255}}, bad[][2] = {{1, 2}, {2, 2}, {0, 256}, {0, -1}};
    static const char *const why[] = {"no label is 0", "no label is 0", "label 256 is not", "label -1 is not"};
    static const signed char truth[] = {0, 1};
    unsigned char marks[10] = {0, 0, 8, 1, 0, 0, 0, 2, 1, 2}, pixels[] = {0, 0, 8, 1, 0, 0, 0, 2, 5, 6};
    tepui_experiment *e;
    tepui_error err;
    in_folder();
    for (size_t i = 0; i < 4; i++) {
        const size_t classes = 1 + (size_t)(good[i][0] > good[i][1] ? good[i][0] : good[i][1]);
        CHECK(labels_open(good[i], H5T_STD_I16LE, H5T_NATIVE_INT, &e, &err) == TEPUI_OK);
        CHECK(e && e->dataset->outputs == classes);
        for (size_t r = 0; e && r < 2; r++)
            for (size_t k = 0; k < classes; k++) CHECK(e->dataset->y[r * classes + k] == ((int)k == good[i][r]));
        tepui_experiment_free(e);
        CHECK(labels_open(bad[i], H5T_STD_I16LE, H5T_NATIVE_INT, &e, &err) == TEPUI_BAD_INPUT);
        CHECK(strstr(err.text, why[i]));
        tepui_experiment_free(e);
    }
    const hid_t boolean = H5Tenum_create(H5T_NATIVE_INT8);
    H5Tenum_insert(boolean, "FALSE", &truth[0]), H5Tenum_insert(boolean, "TRUE", &truth[1]);
    CHECK(labels_open(truth, boolean, boolean, &e, &err) == TEPUI_BAD_INPUT && strstr(err.text, "booleans"));
    tepui_experiment_free(e);
    H5Tclose(boolean);
    write_file("i", pixels, sizeof pixels);
    write_file("l", marks, sizeof marks);
    CHECK(open_data("source: idx, file: i, labels: l", &e, &err) == TEPUI_BAD_INPUT);
    CHECK(strstr(err.text, "no label is 0"));
    tepui_experiment_free(e);
    marks[8] = 0;
    write_file("l", marks, sizeof marks);
    CHECK(open_data("source: idx, file: i, labels: l", &e, &err) == TEPUI_OK && e->dataset->outputs == 3);
    tepui_experiment_free(e);
    unlink("i"), unlink("l"), unlink("d.h5");
}

static tepui_status convolve(int n, const hsize_t *dims, const char *layers, tepui_error *err)
{
    static const double in[128] = {1};
    char text[400];
    tepui_experiment *e;
    const hid_t f = H5Fcreate("d.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t a = empty_set(f, "x", H5T_IEEE_F64LE, n, dims, H5P_DEFAULT);
    H5Dwrite(a, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, in);
    H5Dclose(a), H5Fclose(f);
    snprintf(text, sizeof text,
             "grid: {depth: 1, activation: tanh, architecture: \"[%s, activation]\"}\n"
             "data: {source: hdf5, file: d.h5}\n",
             layers);
    tepui_status st = tepui_experiment_parse(text, "x", NULL, &e, err);
    if (st == TEPUI_OK) st = tepui_experiment_plan(e, err);
    tepui_experiment_free(e);
    return st;
}

/* Rows of several axes under a convolution: read as they are, or refused; ones before the first and behind the last
   axis do not count, and reshape says what the user wants. Design. */
static void images_keep_their_shape(void)
{
    static const struct {
        int n;
        hsize_t dims[5];
        const char *layers, *refused;
    } c[] = {{4, {2, 4, 4, 4}, "conv2d(2)", NULL},
             {4, {2, 3, 4, 4}, "conv2d(2)", "are 3 x 4 x 4, channels first perhaps: store"},
             {4, {2, 3, 4, 4}, "reshape(3, 4, 4), conv2d(2)", NULL},
             {4, {2, 4, 1, 3}, "conv2d(2)", NULL},
             {4, {2, 6, 4, 2}, "conv2d(2)", NULL},
             {4, {2, 6, 4, 2}, "reshape(1, 24, 2), flatten, conv2d(2)", "a vector of a square number of features"},
             {3, {2, 8, 8}, "conv2d(2)", NULL},
             {4, {2, 8, 8, 1}, "conv2d(2)", NULL},
             {4, {2, 1, 8, 8}, "conv2d(2)", NULL},
             {2, {2, 64}, "conv2d(2)", NULL},
             {3, {2, 2, 32}, "conv2d(2)", NULL},
             {3, {2, 2, 32}, "activation, conv2d(2)", NULL},
             {5, {2, 2, 2, 4, 4}, "conv2d(2)", "are 2 x 2 x 4 x 4, no image"},
             {3, {2, 8, 8}, "conv1d(2)", "are 8 x 8, conv1d would read 64 x 1"},
             {2, {2, 64}, "conv1d(2)", NULL},
             {4, {2, 4, 4, 4}, "reshape(4, 4, 4), conv2d(2)", NULL},
             {4, {2, 4, 4, 4}, "reshape(1, 16, 4), conv1d(2)", NULL},
             {4, {2, 4, 4, 4}, "dense, conv2d(2)", NULL},
             {4, {2, 4, 4, 4}, "dense", NULL}};
    in_folder();
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        tepui_error err = {""};
        const tepui_status st = convolve(c[i].n, c[i].dims, c[i].layers, &err);
        const int right = c[i].refused ? st == TEPUI_BAD_INPUT && strstr(err.text, c[i].refused) : st == TEPUI_OK;
        if (!right) fprintf(stderr, "%zu, %s gives %d: %s\n", i, c[i].layers, (int)st, err.text);
        CHECK(right);
    }
    unlink("d.h5");
}

/* Small batches in the format of CIFAR-10's binary version: label, then the planes of red, green and blue. */
enum { PLANE = 32 * 32, IMAGE = 3 * PLANE, RECORD = IMAGE + 1, BATCHES = 6 };

static unsigned char *cifar_batch(size_t k, size_t records)
{
    unsigned char *b = malloc(records * RECORD);
    for (size_t i = 0; b && i < records * RECORD; i++) b[i] = (unsigned char)((i * 2654435761u + 97 * k) >> 11);
    for (size_t r = 0; b && r < records; r++) b[r * RECORD] = (unsigned char)((3 * r + k + 1) % 10);
    return b;
}

static void write_batch(size_t k, size_t size)
{
    char name[32];
    snprintf(name, sizeof name, k < 5 ? "c/data_batch_%zu.bin" : "c/test_batch.bin", k + 1);
    unsigned char *b = cifar_batch(k, size / RECORD + 1);
    write_file(name, b, size);
    free(b);
}

static void write_batches(size_t records)
{
    in_folder();
    mkdir("c", 0700);
    for (size_t k = 0; k < BATCHES; k++) write_batch(k, records * RECORD);
}

static void remove_batches(void)
{
    char name[32];
    for (size_t k = 0; k < BATCHES; k++) {
        snprintf(name, sizeof name, k < 5 ? "c/data_batch_%zu.bin" : "c/test_batch.bin", k + 1);
        unlink(name);
    }
    rmdir("c");
}

/* Number (row 32 + column) 3 + colour of an input is the byte of that pixel in the colour's plane, over 255; labels of
   0 to 9 become ten outputs, whether all of them occur or not. By the format's definition. */
static void cifar_part_is_read(const char *source, size_t first, size_t count)
{
    enum { RECORDS = 2 };
    char text[128];
    tepui_experiment *e;
    tepui_error err;
    snprintf(text, sizeof text, "source: %s, file: c, points: 2, normalise: none", source);
    CHECK(open_data(text, &e, &err) == TEPUI_OK);
    if (!e) {
        fprintf(stderr, "%s\n", err.text);
        return;
    }
    CHECK(e->dataset->rows == count * RECORDS && e->dataset->inputs == IMAGE && e->dataset->outputs == 10);
    CHECK(e->cells[0].outputs == 10 && e->cells[0].targets == TEPUI_TARGETS_DATA);
    for (size_t k = 0; k < count; k++) {
        unsigned char *b = cifar_batch(first + k, RECORDS);
        for (size_t r = 0; r < RECORDS; r++) {
            const double *y = e->dataset->y + (k * RECORDS + r) * 10;
            double x[IMAGE];
            tepui_dataset_row(e->dataset, k * RECORDS + r, x);
            size_t wrong = 0;
            for (size_t row = 0; row < 32; row++)
                for (size_t column = 0; column < 32; column++)
                    for (size_t colour = 0; colour < 3; colour++)
                        wrong += x[(row * 32 + column) * 3 + colour] !=
                                 b[r * RECORD + 1 + colour * PLANE + row * 32 + column] / 255.0;
            for (size_t c = 0; c < 10; c++) wrong += y[c] != (b[r * RECORD] == c);
            CHECK(wrong == 0);
        }
        free(b);
    }
    tepui_experiment_free(e);
}

static void cifar_batches_are_read(void)
{
    write_batches(2);
    cifar_part_is_read("cifar10", 0, 5);
    cifar_part_is_read("cifar10(test=1)", 5, 1);
    remove_batches();
}

static void cifar_refused(const char *data, const char *part)
{
    tepui_experiment *e;
    tepui_error err;
    const tepui_status st = open_data(data, &e, &err);
    if (st != TEPUI_BAD_INPUT || !strstr(err.text, part)) fprintf(stderr, "%d: %s\n", (int)st, err.text);
    CHECK(st == TEPUI_BAD_INPUT && strstr(err.text, part));
    tepui_experiment_free(e);
}

/* Cut off inside a record, at its end, empty, missing, too long, a label that is none, no folder. */
static void damaged_cifar_batches_are_refused(void)
{
    unsigned char *b = cifar_batch(2, 2);
    write_batches(2);
    write_batch(3, 2 * RECORD - 1);
    cifar_refused("source: cifar10, file: c", "data_batch_4.bin: 6145 bytes");
    write_batch(3, RECORD);
    cifar_refused("source: cifar10, file: c", "data_batch_4.bin: 1 records, data_batch_1.bin has 2");
    write_batch(3, 0);
    cifar_refused("source: cifar10, file: c", "data_batch_4.bin: 0 bytes");
    write_batch(3, 2 * RECORD);
    b[RECORD] = 10;
    write_file("c/data_batch_3.bin", b, 2 * RECORD);
    cifar_refused("source: cifar10, file: c", "data_batch_3.bin: the label of record 1 is 10");
    write_batch(2, 2 * RECORD);
    unlink("c/test_batch.bin");
    cifar_refused("source: cifar10, file: c", "test_batch.bin: cannot be opened");
    CHECK(truncate("c/data_batch_1.bin", 10001 * (long)RECORD) == 0);
    cifar_refused("source: cifar10, file: c", "data_batch_1.bin: 30733073 bytes");
    cifar_refused("source: cifar10", "needs the folder");
    cifar_refused("source: cifar10, file: elsewhere", "elsewhere/data_batch_1.bin: cannot be opened");
    remove_batches();
    free(b);
}

/* data.shape: what a convolution takes an input for, whatever the source; sizes that do not fit are refused. */
static void shape_makes_images(void)
{
    static const struct {
        const char *data, *layers, *refused;
        size_t height, width, channels;
    } c[] = {
        {"source: gaussian, shape: [6, 4, 3]", "conv2d(2)", NULL, 6, 4, 3},
        {"source: sphere, dimension: 24, shape: [6, 4]", "conv2d(2)", NULL, 6, 4, 1},
        {"source: cifar10, file: c, shape: [64, 48]", "conv2d(2)", NULL, 64, 48, 1},
        {"source: cifar10, file: c", "conv2d(2)", NULL, 32, 32, 3},
        {"source: cifar10, file: c, shape: [32, 32, 3]", "conv2d(2)", NULL, 32, 32, 3},
        {"source: cifar10, file: c, shape: [32, 32]", "conv2d(2)", "data.shape: 32 x 32 x 1 is 1024 numbers", 0, 0, 0},
        {"source: gaussian, dimension: 23, shape: [6, 4]", "conv2d(2)", "6 x 4 x 1 is 24 numbers, an input has 23", 0,
         0, 0},
        {"source: gaussian, shape: [6]", "conv2d(2)", "[height, width, channels] or [height, width]", 0, 0, 0},
        {"source: gaussian, shape: [2, 2, 2, 2]", "conv2d(2)", "[height, width, channels] or [height, width]", 0, 0, 0},
        {"source: gaussian, shape: [0, 2]", "conv2d(2)", "from 1", 0, 0, 0},
        {"source: gaussian, shape: [6, 4]", "conv1d(2)", "are 6 x 4 x 1, conv1d would read 24 x 1", 0, 0, 0}};
    write_batches(1);
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        char text[400];
        tepui_experiment *e;
        tepui_error err = {""};
        snprintf(text, sizeof text,
                 "grid: {depth: 1, activation: tanh, architecture: \"[%s, activation]\"}\ndata: {%s}\n", c[i].layers,
                 c[i].data);
        tepui_status st = tepui_experiment_parse(text, "x", NULL, &e, &err);
        if (st == TEPUI_OK) st = tepui_experiment_plan(e, &err);
        const tepui_shape *in = st == TEPUI_OK ? &e->cells[0].composition->layer[1].in : NULL;
        const int right = c[i].refused ? st == TEPUI_BAD_INPUT && strstr(err.text, c[i].refused)
                                       : in && in->space == 2 && in->height == c[i].height && in->width == c[i].width &&
                                             in->channels == c[i].channels;
        if (!right) fprintf(stderr, "%zu, %s gives %d: %s\n", i, c[i].data, (int)st, err.text);
        CHECK(right);
        tepui_experiment_free(e);
    }
    remove_batches();
}

/* One convolution of 6 x 4 x 2 and 6 x 4 images: y[i, j, o] = sum W[o, (r, s, c)] x[i + r - 1, j + s - 1, c], zeros
   outside; written down from that definition, for files of both kinds and by the presets. Sums of 18 terms of rounding
   eps each. */
static void write_images(int channels, double *x)
{
    enum { ROWS = 3, PIXELS = 24 };
    unsigned char bytes[16 + ROWS * PIXELS] = {0, 0, 8, 3, 0, 0, 0, ROWS, 0, 0, 0, 6, 0, 0, 0, 4};
    const hsize_t dims[4] = {ROWS, 6, 4, (hsize_t)channels};
    for (int i = 0; i < ROWS * PIXELS * channels; i++) x[i] = (i * 37 % 101) / 255.0;
    if (channels == 1) {
        for (int i = 0; i < ROWS * PIXELS; i++) bytes[16 + i] = (unsigned char)(i * 37 % 101);
        write_file("i", bytes, sizeof bytes);
        return;
    }
    const hid_t f = H5Fcreate("d.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t a = empty_set(f, "x", H5T_IEEE_F64LE, 4, dims, H5P_DEFAULT);
    H5Dwrite(a, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, x);
    H5Dclose(a), H5Fclose(f);
}

static double convolved(const double *w, const double *x, int channels, int i, int j)
{
    double sum = 0;
    for (int r = 0; r < 3; r++)
        for (int s = 0; s < 3; s++)
            for (int c = 0; c < channels; c++) {
                const int a = i + r - 1, b = j + s - 1;
                if (a >= 0 && a < 6 && b >= 0 && b < 4)
                    sum += w[(3 * r + s) * channels + c] * x[(4 * a + b) * channels + c];
            }
    return sum;
}

static void convolutions_read_the_images_of_a_file(void)
{
    static const struct {
        const char *source, *architecture;
        int channels;
    } c[] = {{"idx, file: i", "[conv2d(channels=3), activation]", 1},
             {"hdf5, file: d.h5", "[conv2d(channels=3), activation]", 2},
             {"idx, file: i", "cnn(pool=0)", 1},
             {"hdf5, file: d.h5", "cnn(pool=0)", 2}};
    in_folder();
    for (size_t k = 0; k < sizeof c / sizeof *c; k++) {
        double x[3 * 48], w[3 * 18];
        const size_t inputs = 24 * (size_t)c[k].channels;
        char text[400];
        tepui_experiment *e = NULL;
        tepui_network *net = NULL;
        tepui_error err = {""};
        write_images(c[k].channels, x);
        snprintf(text, sizeof text,
                 "grid: {depth: 1%s, activation: linear, init: lecun, architecture: '%s'}\nreadout: none\n"
                 "data: {source: %s, normalise: none}\nobservables: [forward_norm]\n",
                 c[k].architecture[0] == '[' ? "" : ", width: 3", c[k].architecture, c[k].source);
        tepui_status st = tepui_experiment_parse(text, "x", NULL, &e, &err);
        if (st == TEPUI_OK) st = tepui_experiment_plan(e, &err);
        if (st == TEPUI_OK) st = tepui_network_alloc(&e->cells[0], TEPUI_NEEDS_FORWARD, &net, &err);
        if (st == TEPUI_OK) st = tepui_network_sample(net, 0, NULL);
        if (st != TEPUI_OK) fprintf(stderr, "%s\n%s", err.text, text);
        CHECK(st == TEPUI_OK && e->cells[0].outputs == 72);
        if (st == TEPUI_OK) {
            CHECK(tepui_network_weights(net, 1, w) == TEPUI_OK);
            const double *in = tepui_network_inputs(net);
            int row = 0; /* the sample's point is one of the file, in the file's order of numbers */
            while (row < 2 && memcmp(in, x + row * inputs, inputs * sizeof *x) != 0) row++;
            CHECK(memcmp(in, x + row * inputs, inputs * sizeof *x) == 0);
            for (int o = 0; o < 3; o++)
                for (int i = 0; i < 6; i++)
                    for (int j = 0; j < 4; j++)
                        CHECK_NEAR(tepui_network_output(net, 0, (size_t)((4 * i + j) * 3 + o)),
                                   convolved(w + 9 * c[k].channels * o, in, c[k].channels, i, j), 20 * 0x1p-52 * 10);
        }
        tepui_network_free(net);
        tepui_experiment_free(e);
    }
    unlink("d.h5"), unlink("i");
}

/* Heads of files tell the sizes and what reading will take; nothing is read. 3 images of 2 x 2 and labels. */
static void surveys_read_heads_alone(void)
{
    tepui_experiment *e;
    tepui_error err = {""};
    in_folder();
    write_file("i", images, 16); /* the head of 3 images, and no image */
    write_file("l", labels, 8);
    static const char text[] = "data: {source: idx, file: i, labels: l}\n";
    CHECK(tepui_experiment_parse(text, "x", NULL, &e, &err) == TEPUI_OK);
    CHECK(tepui_experiment_survey(e, &err) == TEPUI_OK);
    CHECK(e->dataset->rows == 3 && e->dataset->inputs == 4 && !tepui_dataset_is_read(e->dataset) && !e->dataset->y);
    CHECK(e->dataset->reading == 1.5 * 12 + 17 * 3 &&
          e->cells[0].inputs == 4); /* bytes and doubles; bytes, two classes */
    CHECK(tepui_experiment_plan(e, &err) == TEPUI_BAD_INPUT && strstr(err.text, "cut off"));
    write_file("i", images, sizeof images);
    write_file("l", labels, sizeof labels);
    CHECK(tepui_experiment_survey(e, &err) == TEPUI_OK && tepui_experiment_plan(e, &err) == TEPUI_OK);
    CHECK(tepui_dataset_is_read(e->dataset) && e->dataset->outputs == 3 && e->cell_count == 1);
    tepui_experiment_free(e);
    unlink("i"), unlink("l");
}

/* Under so much address space beyond what is mapped: sizes that a small file claims are refused for memory before
   anything of that size is read. 2^30 bytes stay bytes in images, and become 8.59e9 bytes of numbers in HDF5. */
static int refused_for_memory(const char *text, int log2_room, const char *size)
{
    tepui_experiment *e;
    tepui_error err;
    struct rlimit limit;
    unsigned long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    CHECK(f && fscanf(f, "%lu", &pages) == 1);
    if (f) fclose(f);
    getrlimit(RLIMIT_AS, &limit);
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = pages * (rlim_t)sysconf(_SC_PAGESIZE) + ((rlim_t)1 << log2_room);
    CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
    const tepui_status st = open_data(text, &e, &err);
    limit.rlim_cur = before;
    setrlimit(RLIMIT_AS, &limit);
    tepui_experiment_free(e);
    const int right = st == TEPUI_NO_MEMORY && strstr(err.text, size);
    if (!right) fprintf(stderr, "%s gives %d: %s\n", text, (int)st, err.text);
    return right;
}

static void sizes_beyond_the_memory_are_refused_before_reading(void)
{
    static const unsigned char head[] = {0, 0, 8, 2, 0, 16, 0, 0, 0, 0, 4, 0, 1, 2};
    const hsize_t dims[2] = {1u << 20, 1u << 10};
    in_folder();
    write_file("i", head, sizeof head);
    CHECK(refused_for_memory("source: idx, file: i", 29, "1.07 GB of memory"));
    write_gzip("i", head, sizeof head);
    CHECK(refused_for_memory("source: idx, file: i", 29, "1.07 GB of memory"));
    const hid_t f = H5Fcreate("d.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), list = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_alloc_time(list, H5D_ALLOC_TIME_EARLY); /* 2^30 bytes of the file, a hole */
    H5Pset_fill_time(list, H5D_FILL_TIME_NEVER);
    H5Dclose(empty_set(f, "x", H5T_STD_U8LE, 2, dims, list));
    H5Pclose(list), H5Fclose(f);
    CHECK(refused_for_memory("source: hdf5, file: d.h5", 31, "8.59 GB of memory"));
    unlink("i"), unlink("d.h5");
}

/* A relative file in an experiment file is beside that file, with --set in the current folder; absolute ones are where
   they are. The three files hold 1, 2 and 3. Design. */
static void relative_files_are_beside_the_experiment(void)
{
    static const char text[] = "grid: {depth: 1, width: 4}\ndata: {source: idx, file: i, normalise: none}\n";
    static const char *const over[][2] = {{NULL}, {"data.file=i", NULL}, {"data.file=sub/j", NULL}};
    unsigned char bytes[9] = {0, 0, 8, 1, 0, 0, 0, 1, 1};
    char absolute[300], here[200];
    in_folder();
    mkdir("sub", 0700);
    write_file("sub/x.yaml", text, sizeof text - 1);
    write_file("sub/i", bytes, 9);
    bytes[8] = 2, write_file("i", bytes, 9);
    bytes[8] = 3, write_file("sub/j", bytes, 9);
    CHECK(getcwd(here, sizeof here));
    snprintf(absolute, sizeof absolute, "data.file=%s/sub/j", here);
    const char *const last[] = {absolute, NULL}, *const *const all[] = {over[0], over[1], over[2], last};
    static const int want[] = {1, 2, 3, 3};
    for (size_t k = 0; k < 4; k++) {
        tepui_experiment *e;
        tepui_error err = {""};
        tepui_status st = tepui_experiment_read("sub/x.yaml", all[k], &e, &err);
        if (st == TEPUI_OK) st = tepui_experiment_plan(e, &err);
        CHECK(st == TEPUI_OK && e->dataset->value[e->dataset->byte[0]] == want[k] / 255.0);
        tepui_experiment_free(e);
    }
    unlink("i"), unlink("sub/i"), unlink("sub/j"), unlink("sub/x.yaml"), rmdir("sub");
}

static void hdf5_files_are_read(void)
{
    tepui_experiment *e;
    tepui_error err;
    double x[6], y[4];
    const double in[2][3] = {{1, 2, 3}, {4, 5, 6}};
    const int label[2] = {1, 0};
    const hsize_t dims[2] = {2, 3};
    in_folder();
    const hid_t f = H5Fcreate("d.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t s2 = H5Screate_simple(2, dims, NULL), s1 = H5Screate_simple(1, dims, NULL);
    const hid_t a = H5Dcreate2(f, "x", H5T_IEEE_F64LE, s2, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t b = H5Dcreate2(f, "y", H5T_STD_I32LE, s1, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(a, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, in);
    H5Dwrite(b, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, label);
    H5Lcreate_external("/etc/passwd", "x", f, "out", H5P_DEFAULT, H5P_DEFAULT);
    H5Dclose(a), H5Dclose(b), H5Sclose(s1), H5Sclose(s2), H5Fclose(f);
    CHECK(open_data("source: hdf5, file: d.h5, labels_dataset: y, points: 2, normalise: none", &e, &err) == TEPUI_OK);
    if (e) {
        points_of(e, 0, x, y);
        const int first = x[0] == 4; /* which row came first */
        CHECK(memcmp(x, in[first], 24) == 0 && memcmp(x + 3, in[!first], 24) == 0);
        CHECK(y[label[first]] == 1 && y[1 - label[first]] == 0);
    }
    tepui_experiment_free(e);
    CHECK(open_data("source: hdf5, file: d.h5, normalise: unit", &e, &err) == TEPUI_OK);
    if (e) {
        points_of(e, 0, x, NULL);
        CHECK_NEAR(tepui_kernel()->sumsq(x, 3), 1, 1e-15);
    }
    tepui_experiment_free(e);
    CHECK(open_data("source: hdf5, file: d.h5, dataset: out", &e, &err) == TEPUI_BAD_INPUT &&
          strstr(err.text, "'out' in it is an external link"));
    CHECK(open_data("source: hdf5, file: d.h5, dataset: z", &e, &err) == TEPUI_BAD_INPUT);
    unlink("d.h5");
}

/* Rows that are 0 after normalisation are counted, and laws that need other inputs are silent where there is one. */
static void zero_rows_are_counted_and_silence_laws(void)
{
    static const double row[][6] = {{1, 2, 3, 4, 5, 6}, {1, 2, 3, 0, 0, 0}, {0, 0, 0, 0, 0, 0}, {0, 0, 1, 1, 0, 0}};
    static const size_t zeros[] = {0, 1, 2, 0};
    const tepui_law_type *law = tepui_kind_find(&tepui_family_law, "N2");
    in_folder();
    for (size_t k = 0; k < sizeof zeros / sizeof *zeros; k++) {
        tepui_experiment *e;
        tepui_error err = {""};
        const char *why = "";
        H5Fclose(plain_file(row[k]));
        CHECK(open_data("source: hdf5, file: d.h5, normalise: none", &e, &err) == TEPUI_OK);
        CHECK(e && e->dataset->zero_rows == zeros[k]);
        const int speaks = e && law && law->applies(&e->cells[0], 1, &why);
        CHECK(speaks == (zeros[k] == 0) && (speaks || strstr(why, "inputs other than 0")));
        tepui_experiment_free(e);
    }
    unlink("d.h5");
}

/* Opened with `file` as its data by each source that reads files. */
static void file_refused(const char *file, const char *part)
{
    static const char *const format[] = {"source: idx, file: %s", "source: idx, file: i, labels: %s",
                                         "source: hdf5, file: %s"};
    tepui_experiment *e;
    tepui_error err;
    char data[256];
    for (size_t i = 0; i < sizeof format / sizeof *format; i++) {
        snprintf(data, sizeof data, format[i], file);
        CHECK(open_data(data, &e, &err) == TEPUI_BAD_INPUT);
        if (!strstr(err.text, part) || !strstr(err.text, file)) fprintf(stderr, "%s: %s\n", data, err.text);
        CHECK(strstr(err.text, part) && strstr(err.text, file));
    }
}

/* No writer ever comes to the pipe: whoever waited for one would end by the alarm. */
static void only_regular_files_are_read(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "data-socket"};
    const int s = socket(AF_UNIX, SOCK_STREAM, 0);
    tepui_experiment *e;
    tepui_error err;
    in_folder();
    write_file("i", images, sizeof images);
    CHECK(mkfifo("data-pipe", 0600) == 0 && mkdir("data-folder", 0700) == 0);
    CHECK(s >= 0 && bind(s, (struct sockaddr *)&address, sizeof address) == 0);
    alarm(20);
    file_refused("data-pipe", "is a pipe");
    file_refused("data-folder", "is a folder");
    file_refused("data-socket", "is a socket");
    file_refused("/dev/zero", "is a device");
    CHECK(mkdir("mnist", 0700) == 0 && mkfifo("mnist/train-images-idx3-ubyte.gz", 0600) == 0);
    setenv("TEPUI_DATA", "mnist", 1);
    CHECK(open_data("source: fashion-mnist", &e, &err) == TEPUI_BAD_INPUT && strstr(err.text, "is a pipe"));
    unsetenv("TEPUI_DATA");
    alarm(0);
    close(s);
    unlink("data-pipe");
    unlink("data-socket");
    unlink("mnist/train-images-idx3-ubyte.gz");
    rmdir("mnist");
    rmdir("data-folder");
    unlink("i");
}

static void files_that_cannot_be_opened_are_told_why(void)
{
    in_folder();
    write_file("i", images, sizeof images);
    file_refused("data-nowhere", "cannot be opened: No such file or directory");
    file_refused("data-nowhere", "relative to that file");
    file_refused("i/under", "cannot be opened: Not a directory");
    unlink("i");
}

/* Standardised: mean 0, variance 1 over the set; 784 pixels, one of ten classes. */
static void fashion_mnist_is_what_it_is(void)
{
    tepui_experiment *e;
    tepui_error err;
    const tepui_status st = open_data("source: fashion-mnist", &e, &err);
    if (st != TEPUI_OK) {
        CHECK(strstr(err.text, "dataset-fashion-mnist") != NULL);
        printf("Fashion-MNIST is not installed: left out\n");
        return;
    }
    const tepui_dataset *d = e->dataset;
    const int first[] = {9, 0, 0, 3};
    double sum = 0, square = 0, x[784];
    CHECK(d->rows == 60000 && d->inputs == 784 && d->outputs == 10);
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 10; k++) CHECK(d->y[10 * i + k] == (first[i] == k));
    for (size_t r = 0; r < d->rows; r++) {
        tepui_dataset_row(d, r, x);
        for (size_t i = 0; i < d->inputs; i++) sum += x[i], square += x[i] * x[i];
    }
    CHECK_NEAR(sum / (60000.0 * 784), 0, 1e-9);
    CHECK_NEAR(square / (60000.0 * 784), 1, 1e-9);
    tepui_experiment_free(e);
}

static void leave_folder(void)
{
    in_folder();
    CHECK(chdir("..") == 0 && rmdir(folder) == 0);
}

static const test_case cases[] = {
    {"synthetic_points_have_their_law", synthetic_points_have_their_law},
    {"resampling_is_as_asked", resampling_is_as_asked},
    {"idx_files_are_read", idx_files_are_read},
    {"lying_idx_files_are_refused", lying_idx_files_are_refused},
    {"damaged_gzip_files_are_refused", damaged_gzip_files_are_refused},
    {"rows_are_a_random_subset_at_any_fraction", rows_are_a_random_subset_at_any_fraction},
    {"one_hot_targets_are_uniform_classes", one_hot_targets_are_uniform_classes},
    {"constant_inputs_are_refused_and_no_others", constant_inputs_are_refused_and_no_others},
    {"points_in_one_dimension_are_signs", points_in_one_dimension_are_signs},
    {"single_features_are_signs", single_features_are_signs},
    {"hdf5_data_are_in_the_file_and_plain", hdf5_data_are_in_the_file_and_plain},
    {"hdf5_data_may_be_chunked_and_compressed", hdf5_data_may_be_chunked_and_compressed},
    {"unknown_filters_are_named", unknown_filters_are_named},
    {"labels_from_0_to_255_are_classes_and_no_others", labels_from_0_to_255_are_classes_and_no_others},
    {"images_keep_their_shape", images_keep_their_shape},
    {"cifar_batches_are_read", cifar_batches_are_read},
    {"damaged_cifar_batches_are_refused", damaged_cifar_batches_are_refused},
    {"shape_makes_images", shape_makes_images},
    {"convolutions_read_the_images_of_a_file", convolutions_read_the_images_of_a_file},
    {"surveys_read_heads_alone", surveys_read_heads_alone},
    {"sizes_beyond_the_memory_are_refused_before_reading", sizes_beyond_the_memory_are_refused_before_reading},
    {"relative_files_are_beside_the_experiment", relative_files_are_beside_the_experiment},
    {"hdf5_files_are_read", hdf5_files_are_read},
    {"zero_rows_are_counted_and_silence_laws", zero_rows_are_counted_and_silence_laws},
    {"fashion_mnist_is_what_it_is", fashion_mnist_is_what_it_is},
    {"only_regular_files_are_read", only_regular_files_are_read},
    {"files_that_cannot_be_opened_are_told_why", files_that_cannot_be_opened_are_told_why},
    {"leave_folder", leave_folder},
};
TEST_MAIN(cases)
