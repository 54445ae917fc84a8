/**
 * The query language, form by form as in grammar/src/query/grammar.lalrpop. No word is reserved there: words with a meaning
 * are names wherever only a name can stand, so every rule for a name lists the words that may be one.
 */
/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

const PLAIN_WORDS = ['query', 'fragment', 'union', 'all', 'match', 'with', 'return', 'having', 'order', 'limit', 'offset', 'after', 'nulls', 'first', 'last', 'insert', 'upsert', 'update', 'delete', 'set', 'where', 'returning', 'exists', 'optional', 'either', 'let', 'each', 'count', 'path', 'shortest', 'cheapest', 'trail', 'simple', 'by'];
const SUFFIXES = ['as', 'asc', 'desc'];
const BOOLEANS = ['true', 'false'];
const OPERATOR_WORDS = ['contains', 'starts_with', 'ends_with', 'matches', 'in'];
// Words of expressions. Behind an operand they are operators or parts of a form; elsewhere they are names.
const CONNECTIVES = ['and', 'or', 'is', 'case', 'when', 'then', 'else', 'end', 'for', 'if', 'cast', 'try_cast', 'distinct', 'null'];
const WORDS = [...PLAIN_WORDS, ...SUFFIXES, ...BOOLEANS, ...OPERATOR_WORDS, ...CONNECTIVES, 'not'];

// Those that begin no expression.
const PROPERTY_WORDS = [...SUFFIXES, ...OPERATOR_WORDS, 'and', 'or', 'is', 'when', 'then', 'else', 'end', 'for'];

/** How tightly operators bind. */
const PREC = { or: 1, and: 2, not: 3, compare: 4, join: 5, sum: 6, product: 7, sign: 8, index: 9, call: 10 };

/** Separated by commas, with or without one at the end. */
const list = (rule) => optional(seq(rule, repeat(seq(',', rule)), optional(',')));

/** A word in the role of a name: one leaf that says which. */
const named = ($, role, words) => choice(alias($.identifier, role), ...words.map((word) => alias(word, role)));

module.exports = grammar({
  name: 'omnigraph_query',

  word: ($) => $.identifier,

  extras: ($) => [/[\s\uFEFF]/, $.line_comment, $.block_comment],

  supertypes: ($) => [$._clause, $._literal],

  conflicts: ($) => [[$._clause, $._compound], [$.traversal, $._operand], [$.condition, $._expression], [$._given, $._expression], [$._alias_reference, $._function], [$.negated, $._absence], [$._absence]],

  rules: {
    // A body alone is what a `migration_check` of a schema holds.
    source_file: ($) => choice(repeat(choice($.query_declaration, $.fragment_declaration)), $.read_body, $.union_body),

    query_declaration: ($) =>
      seq('query', field('name', $._declared_name), field('parameters', $.parameter_list), repeat($.annotation), '{', choice($.read_body, $.union_body, $.mutation_body), '}'),

    fragment_declaration: ($) =>
      seq('fragment', field('name', $._declared_name), field('parameters', $.parameter_list), repeat($.annotation), '{', repeat1($._separated_clause), '}'),

    parameter_list: ($) => seq('(', list($.parameter), ')'),
    parameter: ($) => seq(field('name', $.variable), ':', field('type', choice($.parameter_type, $.enum_type, $.list_type)), optional('?'), optional(seq('=', field('default', $._expression)))),
    enum_type: ($) => seq($.type_identifier, '.', field('property', $._property)),
    parameter_type: ($) => seq($.type_identifier, optional(seq('(', $.integer, ')'))),
    list_type: ($) => seq('[', $.type_identifier, ']'),
    annotation: ($) => seq('@', field('name', $._declared_name), '(', field('value', $.string), ')'),

    // ---- reading --------------------------------------------------------

    union_body: ($) => seq('union', optional('all'), $.branch, repeat1($.branch), optional($.order_block), optional($.limit), optional($.offset), optional($.after)),
    branch: ($) => seq('{', $.read_body, '}'),
    read_body: ($) => seq(repeat($.stage), $.match_block, $.return_block, optional($.having_block), optional($.order_block), optional($.limit), optional($.offset), optional($.after)),
    stage: ($) => seq($.match_block, $.with_block, optional($.having_block), optional($.order_block), optional($.limit), optional($.offset)),
    with_block: ($) => seq('with', optional('distinct'), '{', $.stage_item, repeat(seq(',', $.stage_item)), optional(','), '}'),
    stage_item: ($) => seq($._expression, optional(seq('as', field('name', $.variable)))),
    match_block: ($) => seq('match', '{', repeat1($._separated_clause), '}'),
    _separated_clause: ($) => seq($._clause, optional(choice(',', ';'))),
    _clause: ($) => choice($.negation, $.existence, $.optional_block, $.either_block, $.let_clause, $.each_clause, $.path_clause, $.binding, $.traversal, $.condition),

    negation: ($) => seq('not', '{', repeat1($._separated_clause), '}'),
    existence: ($) => seq('exists', '{', repeat1($._separated_clause), '}'),
    optional_block: ($) => seq('optional', '{', repeat1($._separated_clause), '}'),
    either_block: ($) => seq('either', '{', repeat1($._separated_clause), '}', repeat1(seq('or', '{', repeat1($._separated_clause), '}'))),
    let_clause: ($) => seq('let', field('variable', $.variable), '=', field('value', $._given)),
    each_clause: ($) => seq('each', field('variable', $.variable), 'in', field('value', $._given)),
    // `by` behind the target goes on with the clause.
    path_clause: ($) =>
      prec.right(seq('path', field('variable', $.variable), '=', field('search', $.search), $.traversal, optional(seq('by', field('weight', $._given))))),
    search: ($) => choice(seq('shortest', optional($.integer)), seq('all', 'shortest'), 'cheapest', 'trail', 'simple'),
    // An expression that ends its clause: what follows may go on with it, or be the next clause.
    _given: ($) => choice($._operand, $._compound),
    binding: ($) => seq(field('variable', $.variable), ':', field('type', $.type_identifier), optional(field('conditions', $.property_list))),
    property_list: ($) => seq('{', list($.property_match), '}'),
    property_match: ($) => seq(field('property', $._property), ':', field('value', $._expression)),

    // A word between two variables is an edge, unless the schema has none of that name.
    traversal: ($) =>
      prec.dynamic(
        1,
        seq(
          field('source', $.variable),
          choice(
            seq($._edges, optional($.hops)),
            seq(field('variable', $.variable), ':', $._edges, optional($.hops)),
            seq('<', $._edges, '>', optional($.hops)),
            seq(field('variable', $.variable), ':', '<', $._edges, '>', optional($.hops)),
          ),
          field('target', $.variable),
        ),
      ),
    _edges: ($) => seq(field('edge', $._edge), repeat(seq('|', field('edge', $._edge)))),
    hops: ($) =>
      seq('{', choice(seq(field('min', $.integer), ',', optional(field('max', $.integer)), optional($._step_condition)), $._step_condition), '}'),
    _step_condition: ($) => seq('where', field('condition', $._expression)),

    // What alone is no clause, a variable, a name or a literal, is left out.
    condition: ($) => prec.dynamic(-1, $._compound),

    return_block: ($) => seq('return', optional('distinct'), '{', repeat1(seq($.projection, optional(','))), '}'),
    projection: ($) => seq(choice($._expression, $.object), optional(seq('as', field('alias', $._alias)))),
    object: ($) => seq(field('variable', $.variable), '{', $.member, repeat(seq(',', $.member)), optional(','), '}'),
    member: ($) => seq(field('name', $._property), optional(seq(':', field('value', choice($._expression, $.object, $.rows))))),
    // A list of objects, one for each solution of the block.
    rows: ($) =>
      seq(
        '[', '{', repeat1($._separated_clause), '}',
        '=>', '{', $.projection, repeat(seq(',', $.projection)), optional(','), '}',
        optional($.order_block), optional($.limit), optional($.offset), ']',
      ),
    having_block: ($) => seq('having', '{', $._expression, '}'),
    order_block: ($) => seq('order', '{', $.sort_key, repeat(seq(',', $.sort_key)), optional(','), '}'),
    sort_key: ($) => seq(choice($._expression, ...[...PROPERTY_WORDS, 'case', 'not'].map((word) => alias(word, $.identifier))), optional(choice('asc', 'desc')), optional($.nulls)),
    nulls: ($) => seq('nulls', choice('first', 'last')),
    limit: ($) => seq('limit', choice($.integer, seq($.variable, optional('?')))),
    offset: ($) => seq('offset', choice($.integer, seq($.variable, optional('?')))),
    after: ($) => seq('after', $.variable),

    // ---- expressions ----------------------------------------------------

    _expression: ($) => choice($._operand, $._compound),
    _operand: ($) => choice($.variable, $._literal, $._alias_reference),
    _compound: ($) =>
      choice(
        $.property_access,
        $.step_property,
        $.skippable,
        $.call,
        $.cast,
        $.case,
        $.list,
        $.comprehension,
        $.parenthesized,
        $.comparison,
        alias($._absence, $.comparison),
        $.null_test,
        $.type_test,
        $.logical,
        $.negated,
        $.arithmetic,
        $.signed,
        $.index,
        $.slice,
        $.negation,
        $.existence,
        $.block_value,
      ),
    // How many solutions a block has, or an aggregate over them.
    block_value: ($) => prec(PREC.call, seq(choice(field('function', alias('count', $.identifier)), $.call), '{', repeat1($._separated_clause), '}')),
    property_access: ($) => prec(PREC.call, seq(field('object', $.variable), '.', field('property', $._property))),
    // Of the edge of a step.
    step_property: ($) => prec(PREC.call, seq('$', '.', field('property', $._property))),
    skippable: ($) => prec(PREC.call, seq($.variable, '?')),
    call: ($) => prec(PREC.call, seq(field('function', $._function), field('arguments', $.argument_list))),
    argument_list: ($) => seq('(', optional(choice('*', prec(1, seq('distinct', $._arguments)), $._arguments)), ')'),
    _arguments: ($) => seq($._expression, repeat(seq(',', $._expression)), optional(','), optional($._within)),
    // How an aggregate orders the rows of a group, and how many of them it takes.
    _within: ($) => choice(seq($.order_block, optional($.limit)), $.limit),
    cast: ($) =>
      seq(choice('cast', 'try_cast'), '(', $._expression, 'as', field('type', choice($.parameter_type, $.list_type, $.identifier)), ')'),
    case: ($) =>
      seq('case', repeat1(seq('when', $._expression, 'then', $._expression)), optional(seq('else', $._expression)), 'end'),
    list: ($) => seq('[', list($._expression), ']'),
    comprehension: ($) =>
      seq('[', $._expression, 'for', field('variable', $.variable), 'in', $._expression, optional(seq('if', $._expression)), ']'),
    parenthesized: ($) => seq('(', $._expression, ')'),
    comparison: ($) =>
      prec.left(
        PREC.compare,
        seq(
          field('left', $._expression),
          field('operator', choice($._sign, '<', ...OPERATOR_WORDS)),
          field('right', $._expression),
        ),
      ),
    // Behind a negated operand `not` may also begin the next clause.
    _absence: ($) =>
      prec(PREC.not, seq(field('left', $._expression), field('operator', seq('not', 'in')), field('right', $._expression))),
    // Without `<`, which may begin an edge that is followed either way.
    _sign: (_) => choice('=', '!=', '<=', '>', '>='),
    null_test: ($) => prec.left(PREC.compare, seq($._expression, 'is', optional('not'), $.null)),
    type_test: ($) => prec.left(PREC.compare, seq($._expression, 'is', optional('not'), field('type', $.type_identifier))),
    logical: ($) =>
      choice(
        prec.left(PREC.or, seq($._expression, field('operator', 'or'), $._expression)),
        prec.left(PREC.and, seq($._expression, field('operator', 'and'), $._expression)),
      ),
    negated: ($) => prec(PREC.not, seq('not', $._expression)),
    arithmetic: ($) =>
      choice(
        prec.left(PREC.join, seq($._expression, field('operator', '||'), $._expression)),
        prec.left(PREC.sum, seq($._expression, field('operator', choice('+', '-')), $._expression)),
        prec.left(PREC.product, seq($._expression, field('operator', choice('*', '/', '%')), $._expression)),
      ),
    signed: ($) => prec(PREC.sign, seq('-', $._expression)),
    // The bracket touches what it is about.
    index: ($) => prec(PREC.index, seq($._expression, token.immediate('['), $._expression, ']')),
    slice: ($) =>
      prec(PREC.index, seq($._expression, token.immediate('['), optional($._expression), '..', optional($._expression), ']')),
    _literal: ($) => choice($.string, $.integer, $.float, $.boolean, $.null),
    null: (_) => 'null',
    boolean: (_) => choice(...BOOLEANS),

    // ---- writing --------------------------------------------------------

    mutation_body: ($) => seq(optional(seq(repeat($.stage), $.match_block)), repeat1($._statement), optional($.returning_block)),
    _statement: ($) => choice($.insert_statement, $.upsert_statement, $.update_statement, $.delete_statement),
    insert_statement: ($) => seq('insert', field('type', $.type_identifier), optional($._bound), $.assignments),
    upsert_statement: ($) => seq('upsert', field('type', $.type_identifier), optional($._bound), $.assignments, optional($.otherwise)),
    _bound: ($) => seq('as', field('variable', $.variable)),
    otherwise: ($) => seq('else', 'set', choice($.assignments, alias($._no_assignments, $.assignments))),
    _no_assignments: (_) => seq('{', '}'),
    update_statement: ($) =>
      choice(
        seq('update', field('type', $.type_identifier), 'set', $.assignments, $._where),
        seq('update', field('variable', $.variable), 'set', $.assignments),
      ),
    delete_statement: ($) =>
      choice(seq('delete', field('type', $.type_identifier), $._where), seq('delete', field('variable', $.variable))),
    returning_block: ($) => seq('returning', '{', repeat1(seq($.projection, optional(','))), '}'),
    _where: ($) => seq('where', field('condition', choice($._expression, $.predicate, alias($._predicates, $.logical)))),
    _predicates: ($) => seq($.predicate, field('operator', choice('and', 'or')), $._expression),
    assignments: ($) => seq('{', repeat1(seq($.property_match, optional(','))), '}'),
    // A property that is called like a word of expressions.
    predicate: ($) =>
      seq(
        field('property', choice(...[...PROPERTY_WORDS, 'not'].map((word) => alias(word, $.property_identifier)))),
        field('operator', choice($._sign, '<')),
        field('value', $._expression),
      ),

    // ---- words ----------------------------------------------------------

    // An edge may be spelled in any casing, so also like a type.
    _edge: ($) => choice(named($, $.edge, WORDS), alias($.type_identifier, $.edge)),
    _property: ($) => named($, $.property_identifier, WORDS),
    _alias: ($) => named($, $.alias, WORDS),
    _alias_reference: ($) => choice($.identifier, ...[...PLAIN_WORDS, 'distinct'].map((word) => alias(word, $.identifier))),
    _declared_name: ($) => choice($.identifier, ...WORDS.map((word) => alias(word, $.identifier))),
    _function: ($) => choice($.identifier, alias('if', $.identifier), alias('first', $.identifier), alias('all', $.identifier), alias('count', $.identifier), alias('distinct', $.identifier)),

    identifier: (_) => /[a-z_][A-Za-z0-9_]*/,
    type_identifier: (_) => /[A-Z][A-Za-z0-9_]*/,
    variable: (_) => /\$[a-z_][A-Za-z0-9_]*/,
    integer: (_) => /[0-9]+(_[0-9]+)*/,
    float: (_) => /[0-9]+(_[0-9]+)*(\.[0-9]+(_[0-9]+)*([eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)/,
    string: ($) => seq('"', repeat(choice($.string_content, $.escape_sequence)), token.immediate('"')),
    string_content: (_) => token.immediate(prec(1, /[^"\\]+/)),
    escape_sequence: (_) => token.immediate(/\\./),

    line_comment: (_) => token(seq('//', /[^\n]*/)),
    block_comment: (_) => token(seq('/*', /[^*]*\*+([^/*][^*]*\*+)*/, '/')),
  },
});
