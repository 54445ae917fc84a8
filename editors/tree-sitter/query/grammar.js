/**
 * The query language, form by form as in grammar/src/query/grammar.lalrpop. No word is reserved there: words with a meaning
 * are names wherever only a name can stand, so every rule for a name lists the words that may be one.
 */
/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

const PLAIN_WORDS = ['query', 'match', 'return', 'order', 'limit', 'insert', 'update', 'delete', 'set', 'where', 'exists'];
const SUFFIXES = ['as', 'asc', 'desc'];
const BOOLEANS = ['true', 'false'];
const OPERATOR_WORDS = ['contains', 'starts_with'];

/** Separated by commas, with or without one at the end. */
const list = (rule) => optional(seq(rule, repeat(seq(',', rule)), optional(',')));

/** A word in the role of a name: one leaf that says which. */
const named = ($, role, words) => choice(alias($.identifier, role), ...words.map((word) => alias(word, role)));

module.exports = grammar({
  name: 'omnigraph_query',

  word: ($) => $.identifier,

  extras: ($) => [/[\s\uFEFF]/, $.line_comment, $.block_comment],

  supertypes: ($) => [$._clause, $._literal],

  rules: {
    // A body alone is what a `migration_check` of a schema holds.
    source_file: ($) => choice(repeat($.query_declaration), $.read_body),

    query_declaration: ($) =>
      seq('query', field('name', $._declared_name), field('parameters', $.parameter_list), repeat($.annotation), '{', choice($.read_body, $.mutation_body), '}'),

    parameter_list: ($) => seq('(', list($.parameter), ')'),
    parameter: ($) => seq(field('name', $.variable), ':', field('type', choice($.parameter_type, $.list_type)), optional('?')),
    parameter_type: ($) => seq($.type_identifier, optional(seq('(', $.integer, ')'))),
    list_type: ($) => seq('[', $.type_identifier, ']'),
    annotation: ($) => seq('@', field('name', $._declared_name), '(', field('value', $.string), ')'),

    // ---- reading --------------------------------------------------------

    read_body: ($) => seq($.match_block, $.return_block, optional($.order_block), optional($.limit)),
    match_block: ($) => seq('match', '{', repeat1($._separated_clause), '}'),
    _separated_clause: ($) => seq($._clause, optional(choice(',', ';'))),
    _clause: ($) => choice($.negation, $.existence, $.binding, $.traversal, $.filter, $.text_predicate),

    negation: ($) => seq('not', '{', repeat1($._separated_clause), '}'),
    existence: ($) => seq('exists', '{', repeat1($._separated_clause), '}'),
    binding: ($) => seq(field('variable', $.variable), ':', field('type', $.type_identifier), optional(field('conditions', $.property_list))),
    property_list: ($) => seq('{', list($.property_match), '}'),
    property_match: ($) => seq(field('property', $._property), ':', field('value', $._value)),

    traversal: ($) =>
      seq(
        field('source', $.variable),
        choice(
          seq(field('edge', $._plain_edge), optional($.hops)),
          // Spelled out, since it is not an edge before the variable behind it has been read.
          seq(field('edge', choice(...OPERATOR_WORDS.map((word) => alias(word, $.edge)))), optional($.hops)),
          seq(field('variable', $.variable), ':', field('edge', $._edge), optional($.hops)),
          seq('<', field('edge', $._edge), '>', optional($.hops)),
          seq(field('variable', $.variable), ':', '<', field('edge', $._edge), '>', optional($.hops)),
        ),
        field('target', $.variable),
      ),
    hops: ($) => seq('{', field('min', $.integer), ',', optional(field('max', $.integer)), '}'),

    // `$a contains $b` is a traversal: behind a bare variable, a word takes no bare variable.
    filter: ($) =>
      choice(
        seq(field('left', $.variable), field('operator', choice($._sign, '<')), field('right', $._operand)),
        seq(field('left', $.variable), field('operator', choice(...OPERATOR_WORDS)), field('right', $._operand_but_variable)),
        seq(field('left', $._operand_but_variable), field('operator', choice($._sign, '<', ...OPERATOR_WORDS)), field('right', $._operand)),
      ),
    // Without `<`, which may begin an edge that is followed either way.
    _sign: (_) => choice('=', '!=', '<=', '>', '>='),
    // `search(…)` alone: a filter of its own.
    text_predicate: ($) => $.call,

    return_block: ($) => seq('return', '{', repeat1(seq($.projection, optional(','))), '}'),
    projection: ($) => seq($._operand, optional(seq('as', field('alias', $._alias)))),
    order_block: ($) => seq('order', '{', $.sort_key, repeat(seq(',', $.sort_key)), optional(','), '}'),
    sort_key: ($) => seq(choice($._operand, ...SUFFIXES.map((word) => alias(word, $.identifier))), optional(choice('asc', 'desc'))),
    limit: ($) => seq('limit', $.integer),

    // ---- expressions ----------------------------------------------------

    _operand: ($) => choice($.variable, $._operand_but_variable),
    _operand_but_variable: ($) => choice($.property_access, $._literal, $.call, $._alias_reference),
    _value: ($) => choice($.variable, $.property_access, $._literal, $.call),
    property_access: ($) => seq(field('object', $.variable), '.', field('property', $._property)),
    call: ($) => seq(field('function', $.identifier), field('arguments', $.argument_list)),
    argument_list: ($) => seq('(', list($._operand), ')'),
    _literal: ($) => choice($.string, $.integer, $.float, $.boolean, $.list),
    list: ($) => seq('[', list(choice($._literal, $.call)), ']'),
    boolean: (_) => choice(...BOOLEANS),

    // ---- writing --------------------------------------------------------

    mutation_body: ($) => repeat1(choice($.insert_statement, $.update_statement, $.delete_statement)),
    insert_statement: ($) => seq('insert', field('type', $.type_identifier), $.assignments),
    update_statement: ($) => seq('update', field('type', $.type_identifier), 'set', $.assignments, 'where', $.predicate),
    delete_statement: ($) => seq('delete', field('type', $.type_identifier), 'where', $.predicate),
    assignments: ($) => seq('{', repeat1(seq($.property_match, optional(','))), '}'),
    predicate: ($) => seq(field('property', $._property), field('operator', choice($._sign, '<')), field('value', $._value)),

    // ---- words ----------------------------------------------------------

    // An edge may be spelled in any casing, so also like a type.
    _plain_edge: ($) =>
      choice(named($, $.edge, [...PLAIN_WORDS, ...SUFFIXES, ...BOOLEANS]), alias($.type_identifier, $.edge)),
    _edge: ($) =>
      choice(named($, $.edge, [...PLAIN_WORDS, ...SUFFIXES, ...BOOLEANS, ...OPERATOR_WORDS]), alias($.type_identifier, $.edge)),
    _property: ($) => named($, $.property_identifier, [...PLAIN_WORDS, ...SUFFIXES, ...BOOLEANS, ...OPERATOR_WORDS]),
    _alias: ($) => named($, $.alias, [...PLAIN_WORDS, ...SUFFIXES, ...BOOLEANS, ...OPERATOR_WORDS]),
    _alias_reference: ($) => choice($.identifier, ...PLAIN_WORDS.map((word) => alias(word, $.identifier))),
    _declared_name: ($) =>
      choice($.identifier, ...[...PLAIN_WORDS, ...SUFFIXES, ...BOOLEANS, ...OPERATOR_WORDS, 'not'].map((word) => alias(word, $.identifier))),

    identifier: (_) => /[a-z_][A-Za-z0-9_]*/,
    type_identifier: (_) => /[A-Z][A-Za-z0-9_]*/,
    variable: (_) => /\$[a-z_][A-Za-z0-9_]*/,
    integer: (_) => /[0-9]+/,
    float: (_) => /[0-9]+\.[0-9]+/,
    string: ($) => seq('"', repeat(choice($.string_content, $.escape_sequence)), token.immediate('"')),
    string_content: (_) => token.immediate(prec(1, /[^"\\]+/)),
    escape_sequence: (_) => token.immediate(/\\./),

    line_comment: (_) => token(seq('//', /[^\n]*/)),
    block_comment: (_) => token(seq('/*', /[^*]*\*+([^/*][^*]*\*+)*/, '/')),
  },
});
