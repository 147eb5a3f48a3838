/* test_source.c -- inputs and targets: what is synthetic has its law, what is read is what the file holds, and files
   that lie are refused. Fashion-MNIST's first labels as printed in its repository: 9, 0, 0, 3 (train set). */
#include "test.h"
#include <hdf5.h>
#include <stdlib.h>
#include <tepui/tepui.h>
#include <unistd.h>

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
          strstr(err.text, "no dataset 'out'"));
    CHECK(open_data("source: hdf5, file: d.h5, dataset: z", &e, &err) == TEPUI_BAD_INPUT);
    unlink("d.h5");
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
    double sum = 0, square = 0;
    CHECK(d->rows == 60000 && d->inputs == 784 && d->outputs == 10);
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 10; k++) CHECK(d->y[10 * i + k] == (first[i] == k));
    for (size_t i = 0; i < d->rows * d->inputs; i++) sum += d->x[i], square += d->x[i] * d->x[i];
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
    {"hdf5_files_are_read", hdf5_files_are_read},
    {"fashion_mnist_is_what_it_is", fashion_mnist_is_what_it_is},
    {"leave_folder", leave_folder},
};
TEST_MAIN(cases)
