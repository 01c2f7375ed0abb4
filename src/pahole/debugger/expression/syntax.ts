/**
 * The expressions of print, display, x and `if`: the part of C that looks at values and changes none.
 *
 *   or        a || b          relation  < > <= >=       unary    ! - ~ * &
 *   and       a && b          shift     << >>           postfix  x.y  x->y  x[i]  f(x, y)
 *   bit       | ^ &           sum       + -             plain    12 0x1f 'c' "text" name $ $3 $name ( )
 *   equality  == !=           product   * / % and @, gdb's array of so many elements
 */
import { Complaint } from '../complaint.ts';

export type Expression =
  | { readonly kind: 'number'; readonly value: bigint }
  | { readonly kind: 'character'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'name'; readonly name: string }
  /** $, $$, $3: a value that was printed; relative to the last one when it is not a number of its own. */
  | { readonly kind: 'history'; readonly index: number; readonly relative: boolean }
  | { readonly kind: 'convenience'; readonly name: string }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: string; readonly arrow: boolean }
  | { readonly kind: 'index'; readonly of: Expression; readonly at: Expression }
  | { readonly kind: 'call'; readonly name: string; readonly with: readonly Expression[] }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly of: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    };

type UnaryOperator = '!' | '-' | '~' | '*' | '&';

/** Binary operators by how tightly they bind, loosest first. */
const levels = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['@'],
  ['+', '-'],
  ['*', '/', '%'],
] as const;
export type BinaryOperator = (typeof levels)[number][number];

interface Token {
  readonly kind: 'number' | 'character' | 'string' | 'name' | 'dollar' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

const pattern =
  /\s*(?:(0[xX][\da-fA-F]+|\d[\w.]*)|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(\$\$?\d+|\$[A-Za-z_]\w*|\$\$?)|([A-Za-z_]\w*)|(->|\|\||&&|==|!=|<=|>=|<<|>>|[-+*/%!~&|^<>=.,()[\]@?:{}#;]))/y;

function tokens(text: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (/\S/.test(text.slice(at))) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) {
      const rest = text.slice(at).trimStart();
      if (rest.startsWith('"')) throw new Complaint('Unterminated string in expression.');
      if (rest.startsWith("'")) throw new Complaint('Unmatched single quote.');
      throw new Complaint(`Invalid character '${rest[0]}' in expression.`);
    }
    const [whole, number, character, string, dollar, name, sign] = match;
    const start = at + whole.length - whole.trimStart().length;
    at += whole.length;
    if (number !== undefined) found.push({ kind: 'number', text: number, at: start });
    else if (character !== undefined) found.push({ kind: 'character', text: character, at: start });
    else if (string !== undefined) found.push({ kind: 'string', text: string, at: start });
    else if (dollar !== undefined) found.push({ kind: 'dollar', text: dollar, at: start });
    else found.push({ kind: name === undefined ? 'sign' : 'name', text: name ?? sign ?? '', at: start });
  }
  return [...found, { kind: 'end', text: '', at: text.length }];
}

/** Understand an expression. @throws Complaint */
export function parseExpression(text: string): Expression {
  const parser = new Parser(text);
  return parser.whole();
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokens(text);
  }

  whole(): Expression {
    const expression = this.#binary(0);
    const next = this.#peek();
    if (next.kind === 'end') return expression;
    if (next.text === ')') throw new Complaint('Junk after end of expression.');
    if (next.text === '=') {
      throw new Complaint('The replay shows what pahole did: nothing can be assigned. what-if asks what would be.');
    }
    throw this.#near(next);
  }

  #peek(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #next(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  #takes(sign: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'sign' || token.text !== sign) return false;
    this.#at++;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#takes(sign)) throw this.#near(this.#peek());
  }

  #near(token: Token): Complaint {
    return new Complaint(`A syntax error in expression, near \`${this.#text.slice(token.at)}'.`);
  }

  #binary(level: number): Expression {
    const operators: readonly string[] | undefined = levels[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (let token = this.#peek(); token.kind === 'sign' && operators.includes(token.text); token = this.#peek()) {
      this.#next();
      left = { kind: 'binary', operator: token.text as BinaryOperator, left, right: this.#binary(level + 1) };
    }
    return left;
  }

  #unary(): Expression {
    const token = this.#peek();
    if (token.kind === 'sign' && ['!', '-', '~', '*', '&', '+'].includes(token.text)) {
      this.#next();
      const of = this.#unary();
      return token.text === '+' ? of : { kind: 'unary', operator: token.text as UnaryOperator, of };
    }
    return this.#postfix();
  }

  #postfix(): Expression {
    let expression = this.#plain();
    for (;;) {
      if (this.#takes('[')) {
        expression = { kind: 'index', of: expression, at: this.#binary(0) };
        this.#expect(']');
        continue;
      }
      const arrow = this.#peek().text === '->';
      if (!this.#takes('->') && !this.#takes('.')) return expression;
      const name = this.#next();
      if (name.kind !== 'name') throw this.#near(name);
      expression = { kind: 'member', of: expression, name: name.text, arrow };
    }
  }

  #plain(): Expression {
    const token = this.#next();
    switch (token.kind) {
      case 'number':
        return numberOf(token.text);
      case 'character':
        return characterOf(token.text);
      case 'string': {
        let value = unescapeText(token.text);
        // Neighbouring literals are one, as in C.
        while (this.#peek().kind === 'string') value += unescapeText(this.#next().text);
        return { kind: 'string', value };
      }
      case 'dollar':
        // gdb's own functions: $_streq and the like.
        return token.text.startsWith('$_') && this.#takes('(') ? this.#call(token.text) : dollarOf(token.text);
      case 'name':
        return this.#takes('(') ? this.#call(token.text) : { kind: 'name', name: token.text };
      default:
        if (token.text !== '(') throw this.#near(token);
    }
    const inner = this.#binary(0);
    this.#expect(')');
    return inner;
  }

  #call(name: string): Expression {
    const parts: Expression[] = [];
    if (this.#takes(')')) return { kind: 'call', name, with: parts };
    do parts.push(this.#binary(0));
    while (this.#takes(','));
    this.#expect(')');
    return { kind: 'call', name, with: parts };
  }
}

function numberOf(text: string): Expression {
  const isOctal = /^0[0-7]+$/.test(text);
  const bare = text.replace(/[uU]?[lL]{0,2}$/, '');
  if (!isOctal && !/^(0[xX][\da-fA-F]+|0|[1-9]\d*)$/.test(bare)) throw new Complaint(`Invalid number "${text}".`);
  return { kind: 'number', value: BigInt(isOctal ? `0o${text.slice(1)}` : bare) };
}

function characterOf(text: string): Expression {
  const value = unescapeText(text);
  if (value.length === 0) throw new Complaint('Empty character constant.');
  if (value.length > 1) throw new Complaint('Invalid character constant.');
  return { kind: 'character', value: value.charCodeAt(0) };
}

function dollarOf(text: string): Expression {
  if (/^\$\d+$/.test(text)) return { kind: 'history', index: Number(text.slice(1)), relative: false };
  if (/^\$\$?\d*$/.test(text)) {
    const back = text === '$' ? 0 : text === '$$' ? 1 : Number(text.slice(2));
    return { kind: 'history', index: back, relative: true };
  }
  return { kind: 'convenience', name: text.slice(1) };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', a: '\x07', e: '\x1b' };

const unescapeText = (text: string): string =>
  text.replace(/\\(x[\da-fA-F]{1,2}|[0-7]{1,3}|.)/gs, (_, code: string) => {
    if (/^x[\da-f]/i.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 0xff);
    return escapes[code] ?? code;
  });
