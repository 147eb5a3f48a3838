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
        char *after;
        const double x = item ? strtod(item, &after) : -1;
        if (!item || *after || after == item || !(x >= 1) || x > 1e9 || x != (double)(long)x)
            return settings_fail(r->s, fields[f].path, line_of(r, list), "a list per layer holds whole numbers from 1");
        const size_t used = strlen(text);
        if (used > sizeof text - 16)
            return settings_fail(r->s, fields[f].path, line_of(r, list),
                                 "a list per layer this long wants an expression");
        snprintf(text + used, sizeof text - used, "%s%.0f", used > 1 ? ", " : "", x);
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
    char next[400];
    while (pair < map->data.mapping.pairs.top &&
           strcmp(scalar(node(r, pair->key)) ? scalar(node(r, pair->key)) : "", "kind") == 0)
        pair++;
    if (pair == map->data.mapping.pairs.top) {
        snprintf(next, sizeof next, "%s%s", text, strchr(text, '(') ? ")" : "");
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
        snprintf(next, sizeof next, "%.250s%s%.60s=%.60s", text, strchr(text, '(') ? ", " : "(", key, item);
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

static tepui_status add_item(const reader *r, size_t f, const yaml_node_t *n, int inside_list)
{
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

/* Keys known under a prefix, for messages. */
static tepui_status unknown_key(const reader *r, const char *prefix, const char *key, int line)
{
    const char *words[64];
    char store[64][32], known[512] = "";
    size_t n = 0;
    for (size_t f = 0; f < field_count && n < 63; f++) {
        const size_t skip = strlen(prefix);
        if (strncmp(fields[f].path, prefix, skip) != 0) continue;
        snprintf(store[n], sizeof store[n], "%.*s", (int)strcspn(fields[f].path + skip, "."), fields[f].path + skip);
        if (n && strcmp(store[n], store[n - 1]) == 0) continue;
        snprintf(known + strlen(known), sizeof known - strlen(known), "%s%s", n ? ", " : "", store[n]);
        words[n] = store[n];
        n++;
    }
    words[n] = NULL;
    const char *near = tepui_nearest(key, words);
    return settings_fail(r->s, "", line, "unknown key '%s%.60s'%s%s%s; known: %s", prefix, key,
                         near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "", known);
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
        if (field_index(path) < field_count) {
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

/* C strings end at NUL: a text with one inside would be cut silently. */
static tepui_status check_nul(const reader *r, const char *path)
{
    for (const yaml_node_t *n = r->doc->nodes.start; n < r->doc->nodes.top; n++)
        if (n->type == YAML_SCALAR_NODE && memchr(n->data.scalar.value, '\0', n->data.scalar.length))
            return settings_fail(r->s, path, line_of(r, n), "a text with a NUL character (\\0) inside");
    return TEPUI_OK;
}

/* Loads one document; the caller reads it through `use`. */
static tepui_status with_document(settings *s, const char *text, int from_override, const char *path,
                                  tepui_status (*use)(const reader *, const yaml_node_t *, const char *))
{
    yaml_parser_t parser;
    yaml_document_t doc;
    tepui_status st;
    if (!yaml_parser_initialize(&parser)) return tepui_fail(s->err, TEPUI_NO_MEMORY, "no memory for an experiment");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
    if (!yaml_parser_load(&parser, &doc)) {
        st = settings_fail(s, path, from_override ? 0 : (int)parser.problem_mark.line + 1, "not YAML: %s",
                           parser.problem ? parser.problem : "cannot be read");
        yaml_parser_delete(&parser);
        return st;
    }
    const reader r = {s, &doc, from_override};
    const yaml_node_t *root = yaml_document_get_root_node(&doc);
    if (!root)
        st = settings_fail(s, path, from_override ? 0 : 1, "there is nothing in it");
    else if ((st = check_nul(&r, path)) == TEPUI_OK)
        st = use(&r, root, path);
    yaml_document_delete(&doc);
    yaml_parser_delete(&parser);
    return st;
}

static tepui_status use_file(const reader *r, const yaml_node_t *root, const char *path)
{
    (void)path;
    if (root->type != YAML_MAPPING_NODE)
        return settings_fail(r->s, "", line_of(r, root), "an experiment is a list of 'key: value' lines");
    return read_mapping(r, root, "");
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
