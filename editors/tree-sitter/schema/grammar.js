/**
 * The schema language, form by form as in grammar/src/schema/grammar.lalrpop. No word is reserved there: words with a meaning
 * are names wherever only a name can stand.
 */
/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

const WORDS = [
  'node', 'edge', 'interface', 'allow', 'migration_check', 'implements', 'enum', 'schema', 'on', 'because', 'until', 'guards',
  'expect', 'no', 'rows', 'query',
];

const list1 = (rule) => seq(rule, repeat(seq(',', rule)));

/** A word in the role of a name: one leaf that says which. */
const named = ($, role, words) => choice(alias($.identifier, role), ...words.map((word) => alias(word, role)));

module.exports = grammar({
  name: 'omnigraph_schema',

  word: ($) => $.identifier,

  extras: ($) => [/[\s\uFEFF]/, $.line_comment, $.block_comment],

  supertypes: ($) => [$._declaration],

  rules: {
    source_file: ($) => repeat($._declaration),

    _declaration: ($) =>
      choice($.interface_declaration, $.node_declaration, $.edge_declaration, $.allow_declaration, $.migration_check_declaration),

    interface_declaration: ($) => seq('interface', field('name', $.type_identifier), repeat($.annotation), field('body', $.body)),
    node_declaration: ($) =>
      seq('node', field('name', $.type_identifier), repeat($.annotation), optional(seq($.implements_clause, repeat($.annotation))), field('body', $.body)),
    implements_clause: ($) => seq('implements', list1($.type_identifier)),
    edge_declaration: ($) =>
      seq(
        'edge', field('name', $.type_identifier), ':', field('from', $.type_identifier), '->', field('to', $.type_identifier),
        repeat($.annotation), optional(field('body', $.body)),
      ),

    // Which annotations belong to which property is a matter of meaning, so both stand side by side.
    body: ($) => seq('{', repeat(choice($.property, $.annotation)), '}'),
    property: ($) => seq(field('name', $._property), ':', field('type', $._type), optional('?')),

    _type: ($) => choice($.scalar_type, $.list_type, $.enum_type),
    scalar_type: ($) => seq(choice($.type_identifier, $.identifier), optional(seq('(', optional($.integer), ')'))),
    list_type: ($) => seq('[', $._type, optional('?'), ']'),
    enum_type: ($) => seq('enum', '(', optional(list1($.enum_value)), ')'),
    enum_value: ($) => choice(alias($._enum_word, $.word), $.string),

    annotation: ($) => seq('@', field('name', $._name), optional($.arguments)),
    arguments: ($) => seq('(', optional(list1($.argument)), ')'),
    argument: ($) => seq(optional(seq(field('keyword', $._name), '=')), $._argument_value),
    _argument_value: ($) =>
      choice($.string, $.boolean, $._reference, $.type_identifier, alias($.word, $.code), $.number, $.range),
    range: ($) => choice(seq($.number, '..', optional($.number)), seq('..', optional($.number))),
    number: ($) => seq(optional('-'), choice($.integer, $.float)),

    allow_declaration: ($) =>
      seq('allow', $._code, 'on', $._target, 'because', field('reason', $.string), optional(seq('until', field('until', $.string)))),
    _target: ($) => choice('schema', $.entity),
    entity: ($) => seq(choice('node', 'edge', 'interface'), field('type', $.type_identifier), optional(seq('.', field('property', $._property)))),
    _code: ($) => alias(choice($.word, $.type_identifier, $.string), $.code),

    migration_check_declaration: ($) =>
      seq(
        'migration_check', field('name', $.string), optional(seq('guards', list1($._code), optional(seq('on', $._target)))),
        '{', 'query', field('query', $.query_block), 'expect', $.expectation, '}',
      ),
    query_block: ($) => seq('{', optional($.query_text), '}'),
    query_text: ($) => repeat1($._query_piece),
    _query_piece: ($) => choice($._query_token, $._query_string, seq('{', repeat($._query_piece), '}')),
    // Strings, because a brace in one is none.
    _query_string: (_) => token(seq('"', repeat(choice(/[^"\\]/, /\\./)), '"')),
    _query_token: (_) => token(prec(-1, /[^{}"\/\s]+|\//)),
    expectation: ($) =>
      choice(
        seq('no', 'rows'),
        seq('rows', $._comparison, $.integer),
        seq(field('column', $._column), $._comparison, choice($.string, $.boolean, $.number)),
      ),
    _comparison: (_) => choice('=', '!=', '<', '<=', '>', '>='),
    _column: ($) => alias($.identifier, $.property_identifier),

    _name: ($) => choice($.identifier, ...WORDS.map((word) => alias(word, $.identifier))),
    _property: ($) => named($, $.property_identifier, [...WORDS, 'true', 'false']),
    _reference: ($) => named($, $.property_identifier, WORDS),

    boolean: (_) => choice('true', 'false'),
    identifier: (_) => /[a-z_][A-Za-z0-9_]*/,
    type_identifier: (_) => /[A-Z][A-Za-z0-9_]*/,
    // `PG-13`, `2nd`, `OG-DS-001`
    word: (_) => token(choice(/[0-9]+[A-Za-z_][A-Za-z0-9_]*/, /[A-Za-z0-9_]+(-+[A-Za-z0-9_]+)+/)),
    // `-c` and `7` as well: whatever touches is one value.
    _enum_word: (_) => /[A-Za-z0-9_-]+/,
    integer: (_) => /[0-9]+/,
    float: (_) => /[0-9]+\.[0-9]+/,
    string: ($) => seq('"', repeat(choice($.string_content, $.escape_sequence)), token.immediate('"')),
    string_content: (_) => token.immediate(prec(1, /[^"\\]+/)),
    escape_sequence: (_) => token.immediate(/\\./),

    line_comment: (_) => token(seq('//', /[^\n]*/)),
    block_comment: (_) => token(seq('/*', /[^*]*\*+([^/*][^*]*\*+)*/, '/')),
  },
});
