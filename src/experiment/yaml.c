/* yaml.c -- from a YAML document to settings. */
#include "settings.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

typedef struct {
    settings *s;
    yaml_document_t *doc;
    int from_override;
} reader;

static int line_of(const reader *r, const yaml_node_t *n)
{
    return r->from_override ? 0 : (int)n->start_mark.line + 1;
}

static yaml_node_t *node(const reader *r, int id)
{
    return yaml_document_get_node(r->doc, id);
}

static const char *scalar(const yaml_node_t *n)
{
    return n && n->type == YAML_SCALAR_NODE ? (const char *)n->data.scalar.value : NULL;
}

/* A list per layer becomes "[3, 2, 4]". */
static tepui_status add_profile(const reader *r, size_t f, const yaml_node_t *list)
{
    char text[480] = "[";
    for (yaml_node_item_t *i = list->data.sequence.items.start; i < list->data.sequence.items.top; i++) {
        const char *item = scalar(node(r, *i));
        uint64_t x = 0;
        if (!item || !tepui_read_whole(item, &x) || x < 1 || x > 1000000000)
            return settings_fail(r->s, fields[f].path, line_of(r, list), "a list per layer holds whole numbers from 1");
        const size_t used = strlen(text);
        if (used > sizeof text - 16)
            return settings_fail(r->s, fields[f].path, line_of(r, list),
                                 "a list per layer this long wants an expression");
        snprintf(text + used, sizeof text - used, "%s%llu", used > 1 ? ", " : "", (unsigned long long)x);
    }
    if (strcmp(text, "[") == 0) return settings_fail(r->s, fields[f].path, line_of(r, list), "an empty list per layer");
    strcat(text, "]");
    return settings_add(r->s, f, text, line_of(r, list));
}

/* A list of layers becomes "[dense, layer_norm, activation]". */
static tepui_status add_layers(const reader *r, size_t f, const yaml_node_t *list)
{
    char text[1024] = "[";
    for (yaml_node_item_t *i = list->data.sequence.items.start; i < list->data.sequence.items.top; i++) {
        const char *item = scalar(node(r, *i));
        const size_t used = strlen(text);
        if (!item || used + strlen(item) + 4 > sizeof text)
            return settings_fail(r->s, fields[f].path, line_of(r, list),
                                 "a list of layers holds names; quote \"[...]\" where it has brackets inside");
        snprintf(text + used, sizeof text - used, "%s%s", used > 1 ? ", " : "", item);
    }
    strcat(text, "]");
    return settings_add(r->s, f, text, line_of(r, list));
}

/* {kind: leaky_relu, a: [0.1, 0.2]}: one choice per combination; text holds what was written so far. */
static tepui_status add_combinations(const reader *r, size_t f, const yaml_node_t *map, yaml_node_pair_t *pair,
                                     int line, const char *text)
{
    char next[1024];
    while (pair < map->data.mapping.pairs.top &&
           strcmp(scalar(node(r, pair->key)) ? scalar(node(r, pair->key)) : "", "kind") == 0)
        pair++;
    if (pair == map->data.mapping.pairs.top) {
        const int n = snprintf(next, sizeof next, "%s%s", text, strchr(text, '(') ? ")" : "");
        if (n < 0 || (size_t)n >= sizeof next)
            return settings_fail(r->s, fields[f].path, line, "a kind of more than %zu characters", sizeof next - 2);
        return settings_add(r->s, f, next, line);
    }
    const char *key = scalar(node(r, pair->key));
    const yaml_node_t *value = node(r, pair->value);
    const int many = value && value->type == YAML_SEQUENCE_NODE;
    const size_t count = many ? (size_t)(value->data.sequence.items.top - value->data.sequence.items.start) : 1;
    if (!key || !count) return settings_fail(r->s, fields[f].path, line, "a parameter needs a name and a value");
    for (size_t i = 0; i < count; i++) {
        const char *item = scalar(many ? node(r, value->data.sequence.items.start[i]) : value);
        if (!item)
            return settings_fail(r->s, fields[f].path, line, "parameter %.40s: a number or a list of numbers", key);
        const int n = snprintf(next, sizeof next, "%s%s%s=%s", text, strchr(text, '(') ? ", " : "(", key, item);
        if (n < 0 || (size_t)n > sizeof next - 2)
            return settings_fail(r->s, fields[f].path, line, "a kind of more than %zu characters", sizeof next - 2);
        const tepui_status st = add_combinations(r, f, map, pair + 1, line, next);
        if (st != TEPUI_OK) return st;
    }
    return TEPUI_OK;
}

static tepui_status add_mapping(const reader *r, size_t f, const yaml_node_t *map)
{
    for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top; p++) {
        const char *key = scalar(node(r, p->key)), *name = scalar(node(r, p->value));
        if (key && name && strcmp(key, "kind") == 0)
            return add_combinations(r, f, map, map->data.mapping.pairs.start, line_of(r, map), name);
    }
    return settings_fail(r->s, fields[f].path, line_of(r, map), "a mapping needs 'kind: NAME'");
}

static int is_null(const yaml_node_t *n)
{
    const char *t = scalar(n);
    return n->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (strcmp(t, "~") == 0 || strcmp(t, "null") == 0 || strcmp(t, "Null") == 0 || strcmp(t, "NULL") == 0);
}

static int is_path(size_t f)
{
    return fields[f].type == FIELD_PLUGIN || strcmp(fields[f].path, "data.file") == 0 ||
           strcmp(fields[f].path, "data.labels") == 0;
}

/* A path in an experiment file is relative to the file's folder. */
static tepui_status add_path(const reader *r, size_t f, const yaml_node_t *n)
{
    const char *path = scalar(n), *slash = strrchr(r->s->file, '/');
    char *joined = NULL;
    if (!r->s->beside || r->from_override || !slash || !path[0] || path[0] == '/')
        return settings_add(r->s, f, path, line_of(r, n));
    if (asprintf(&joined, "%.*s/%s", (int)(slash - r->s->file), r->s->file, path) < 0)
        return tepui_fail(r->s->err, TEPUI_NO_MEMORY, "no memory for an experiment");
    const tepui_status st = settings_add(r->s, f, joined, line_of(r, n));
    free(joined);
    return st;
}

static tepui_status add_item(const reader *r, size_t f, const yaml_node_t *n, int inside_list)
{
    if (scalar(n) && is_null(n))
        return settings_fail(r->s, fields[f].path, line_of(r, n), "null is no value; leave the key out, or quote it");
    if (scalar(n) && is_path(f)) return add_path(r, f, n);
    if (scalar(n)) return settings_add(r->s, f, scalar(n), line_of(r, n));
    if (n->type == YAML_MAPPING_NODE && (fields[f].type == FIELD_KIND || fields[f].type == FIELD_ARCHITECTURE))
        return add_mapping(r, f, n);
    if (n->type == YAML_SEQUENCE_NODE && inside_list && fields[f].type == FIELD_WIDTH) return add_profile(r, f, n);
    if (n->type == YAML_SEQUENCE_NODE && inside_list && fields[f].type == FIELD_ARCHITECTURE)
        return add_layers(r, f, n);
    return settings_fail(r->s, fields[f].path, line_of(r, n), "%s is not allowed here; %s",
                         n->type == YAML_MAPPING_NODE ? "a mapping" : "a list", fields[f].doc);
}

static tepui_status read_field(const reader *r, size_t f, const yaml_node_t *n)
{
    tepui_status st = TEPUI_OK;
    setting *v = &r->s->of[f];
    if (v->set && !r->from_override)
        return settings_fail(r->s, fields[f].path, line_of(r, n), "the key is given twice");
    settings_reset(v);
    v->set = 1;
    if (n->type != YAML_SEQUENCE_NODE) return add_item(r, f, n, 0);
    if (!(fields[f].flags & FIELD_LIST))
        return settings_fail(r->s, fields[f].path, line_of(r, n), "one value is needed, not a list");
    if (n->data.sequence.items.start == n->data.sequence.items.top)
        return settings_fail(r->s, fields[f].path, line_of(r, n), "the list is empty");
    for (yaml_node_item_t *i = n->data.sequence.items.start; st == TEPUI_OK && i < n->data.sequence.items.top; i++)
        st = add_item(r, f, node(r, *i), 1);
    return st;
}

/* "grid.depth" for the key "depth" under another prefix; NULL: no field is called so. */
static const char *other_place(const char *key)
{
    const char *words[64], *same = tepui_field_called(tepui_field_name(key));
    size_t n = 0;
    for (; n < field_count && n < 63; n++) words[n] = tepui_field_name(fields[n].path);
    words[n] = NULL;
    const char *near = same || strchr(key, '.') ? NULL : tepui_nearest(key, words);
    return near ? tepui_field_called(near) : same;
}

/* Keys known under a prefix, for messages. */
static tepui_status unknown_key(const reader *r, const char *prefix, const char *key, int line)
{
    const char *words[64];
    char store[64][32], advice[512];
    size_t n = 0;
    for (size_t f = 0; f < field_count && n < 63; f++) {
        const size_t skip = strlen(prefix);
        if (strncmp(fields[f].path, prefix, skip) != 0) continue;
        snprintf(store[n], sizeof store[n], "%.*s", (int)strcspn(fields[f].path + skip, "."), fields[f].path + skip);
        if (n && strcmp(store[n], store[n - 1]) == 0) continue;
        words[n] = store[n];
        n++;
    }
    words[n] = NULL;
    if (n == 0) { /* no such section */
        char path[128];
        snprintf(path, sizeof path, "%s%.60s", prefix, key);
        return unknown_key(r, "", path, line);
    }
    const char *elsewhere = tepui_nearest(key, words) ? NULL : other_place(key);
    tepui_advice(key, words, advice, sizeof advice);
    return settings_fail(r->s, "", line, "unknown key '%s%.60s'%s%s%s%s", prefix, key,
                         elsewhere ? "; did you mean '" : "", elsewhere ? elsewhere : "", elsewhere ? "'?" : "",
                         advice + (elsewhere && advice[0] == ';'));
}

static int is_section(const char *path)
{
    const size_t n = strlen(path);
    for (size_t f = 0; f < field_count; f++)
        if (strncmp(fields[f].path, path, n) == 0 && fields[f].path[n] == '.') return 1;
    return 0;
}

static tepui_status read_mapping(const reader *r, const yaml_node_t *map, const char *prefix)
{
    for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top; p++) {
        const yaml_node_t *k = node(r, p->key), *v = node(r, p->value);
        const char *key = scalar(k);
        char path[128], inner[130];
        if (!key) return settings_fail(r->s, "", line_of(r, k), "a key must be a word");
        snprintf(path, sizeof path, "%s%.60s", prefix, key);
        snprintf(inner, sizeof inner, "%s.", path);
        tepui_status st;
        if (field_index(path) < field_count && fields[field_index(path)].type == FIELD_PLUGIN) {
            st = TEPUI_OK; /* read before, so that the other fields can name its kinds */
        } else if (field_index(path) < field_count) {
            st = read_field(r, field_index(path), v);
        } else if (!is_section(path)) {
            st = unknown_key(r, prefix, key, line_of(r, k));
        } else if (v->type != YAML_MAPPING_NODE) {
            st = settings_fail(r->s, path, line_of(r, v), "keys and values are needed here");
        } else {
            st = read_mapping(r, v, inner);
        }
        if (st != TEPUI_OK) return st;
    }
    return TEPUI_OK;
}

#define MOST_KEYS 1000

/* What a mapping may not hold: one key twice, and merge keys. */
static tepui_status check_keys(const reader *r, const yaml_node_t *map)
{
    const yaml_node_pair_t *start = map->data.mapping.pairs.start, *end = map->data.mapping.pairs.top;
    if (end - start > MOST_KEYS) return settings_fail(r->s, "", line_of(r, map), "more than %d keys", MOST_KEYS);
    for (const yaml_node_pair_t *p = start; p < end; p++) {
        const yaml_node_t *n = node(r, p->key);
        const char *key = scalar(n);
        if (key && strcmp(key, "<<") == 0)
            return settings_fail(r->s, "", line_of(r, n), "merge keys (<<) are not read; write the keys out");
        for (const yaml_node_pair_t *q = start; key && q < p; q++)
            if (scalar(node(r, q->key)) && strcmp(scalar(node(r, q->key)), key) == 0)
                return settings_fail(r->s, "", line_of(r, n), "%.60s: the key is given twice", key);
    }
    return TEPUI_OK;
}

/* Every node of a document, whether a field reads it or not; libyaml gives untagged nodes these three tags. */
static tepui_status check_nodes(const reader *r)
{
    for (const yaml_node_t *n = r->doc->nodes.start; n < r->doc->nodes.top; n++) {
        const char *tag = (const char *)n->tag;
        const char *plain = n->type == YAML_MAPPING_NODE    ? YAML_DEFAULT_MAPPING_TAG
                            : n->type == YAML_SEQUENCE_NODE ? YAML_DEFAULT_SEQUENCE_TAG
                                                            : YAML_DEFAULT_SCALAR_TAG;
        if (tag && strcmp(tag, plain) != 0)
            return settings_fail(r->s, "", line_of(r, n), "tags are not read, this is tagged '%.60s'", tag);
        if (scalar(n) && strlen(scalar(n)) != n->data.scalar.length)
            return settings_fail(r->s, "", line_of(r, n), "a text with a NUL character (\\0) inside");
        if (n->type != YAML_MAPPING_NODE) continue;
        const tepui_status st = check_keys(r, n);
        if (st != TEPUI_OK) return st;
    }
    return TEPUI_OK;
}

/* The line of a mistake; what the bytes themselves are wrong in has an offset only. */
static tepui_status not_yaml(const settings *s, const yaml_parser_t *p, const char *text, int from_override,
                             const char *path)
{
    int line = (int)p->problem_mark.line + 1;
    if (p->error == YAML_MEMORY_ERROR ||
        !p->problem) /* libyaml names no error where some of its own calls miss memory */
        return tepui_fail(s->err, TEPUI_NO_MEMORY, "no memory for an experiment");
    if (p->error == YAML_READER_ERROR) {
        line = 1;
        for (size_t i = 0; i < p->problem_offset && text[i]; i++) line += text[i] == '\n';
    }
    return settings_fail(s, path, from_override ? 0 : line, "not YAML: %s", p->problem);
}

/* Nothing may follow the document that was read. */
static tepui_status check_end(const settings *s, yaml_parser_t *parser, const char *text, int from_override,
                              const char *path)
{
    yaml_document_t doc;
    if (!yaml_parser_load(parser, &doc)) return not_yaml(s, parser, text, from_override, path);
    const int more = yaml_document_get_root_node(&doc) != NULL, line = (int)doc.start_mark.line + 1;
    yaml_document_delete(&doc);
    return more ? settings_fail(s, path, from_override ? 0 : line, "a second document; an experiment is one")
                : TEPUI_OK;
}

#define DEEPEST 64

/* How deep lists and mappings go, up to DEEPEST + 1: libyaml takes a time that grows with the square of it. */
static int depth_of(const char *text)
{
    yaml_parser_t parser;
    yaml_event_t event;
    int depth = 0, most = 0, last = 0;
    if (!yaml_parser_initialize(&parser)) return 0;
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
    while (!last && most <= DEEPEST && yaml_parser_parse(&parser, &event)) {
        depth += event.type == YAML_SEQUENCE_START_EVENT || event.type == YAML_MAPPING_START_EVENT;
        depth -= event.type == YAML_SEQUENCE_END_EVENT || event.type == YAML_MAPPING_END_EVENT;
        most = depth > most ? depth : most;
        last = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return most;
}

/* Loads one document; the caller reads it through `use`. */
static tepui_status with_document(settings *s, const char *text, int from_override, const char *path,
                                  tepui_status (*use)(const reader *, const yaml_node_t *, const char *))
{
    yaml_parser_t parser;
    yaml_document_t doc;
    tepui_status st;
    if (depth_of(text) > DEEPEST)
        return settings_fail(s, path, from_override ? 0 : -1, "lists and mappings more than %d deep", DEEPEST);
    if (!yaml_parser_initialize(&parser)) return tepui_fail(s->err, TEPUI_NO_MEMORY, "no memory for an experiment");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
    if (!yaml_parser_load(&parser, &doc)) {
        st = not_yaml(s, &parser, text, from_override, path);
        yaml_parser_delete(&parser);
        return st;
    }
    const reader r = {s, &doc, from_override};
    const yaml_node_t *root = yaml_document_get_root_node(&doc);
    if (!root)
        st = settings_fail(s, path, from_override ? 0 : 1, "there is nothing in it");
    else if ((st = check_nodes(&r)) == TEPUI_OK && (st = check_end(s, &parser, text, from_override, path)) == TEPUI_OK)
        st = use(&r, root, path);
    yaml_document_delete(&doc);
    yaml_parser_delete(&parser);
    return st;
}

/* --set replaces the list before any of it is loaded. */
static tepui_status read_plugins(const reader *r, const yaml_node_t *map)
{
    const size_t f = field_index("plugins");
    for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top; p++) {
        const char *key = scalar(node(r, p->key));
        if (!key || strcmp(key, fields[f].path) != 0 || r->s->of[f].set) continue;
        return read_field(r, f, node(r, p->value));
    }
    return TEPUI_OK;
}

static tepui_status use_file(const reader *r, const yaml_node_t *root, const char *path)
{
    (void)path;
    if (root->type != YAML_MAPPING_NODE)
        return settings_fail(r->s, "", line_of(r, root), "an experiment is a list of 'key: value' lines");
    const tepui_status st = read_plugins(r, root);
    return st == TEPUI_OK ? read_mapping(r, root, "") : st;
}

static tepui_status use_value(const reader *r, const yaml_node_t *root, const char *path)
{
    return read_field(r, field_index(path), root);
}

tepui_status settings_read_yaml(settings *s, const char *text)
{
    return with_document(s, text, 0, "", use_file);
}

tepui_status settings_override(settings *s, const char *assignment)
{
    char path[64];
    const char *equals = strchr(assignment, '=');
    const reader r = {s, NULL, 1};
    if (!equals) return settings_fail(s, "", 0, "'%.100s': KEY=VALUE is needed", assignment);
    snprintf(path, sizeof path, "%.*s", (int)(equals - assignment), assignment);
    if (field_index(path) == field_count) {
        const char *dot = strchr(path, '.');
        char prefix[64] = "";
        if (dot) snprintf(prefix, sizeof prefix, "%.*s", (int)(dot - path) + 1, path);
        return unknown_key(&r, prefix, dot ? dot + 1 : path, 0);
    }
    return with_document(s, equals + 1, 1, path, use_value);
}
