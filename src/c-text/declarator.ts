/**
 * Types as C, whatever describes them. A C declaration is read from the name outwards, so it is written from the name
 * outwards too:
 *
 *   type ARRAY[4] → pointer → function(int) → pointer → const → char      of a variable named `handlers`
 *   text handlers → handlers[4] → *handlers[4] → (*handlers[4])(int) → *(*handlers[4])(int) → const char *(*handlers[4])(int)
 *
 * What is named (struct, typedef, int …) ends the walk. What is not could, in a damaged file, go round for ever, fan out
 * without end, or refer to types that do not exist; that is printed in angle brackets in the place of the type, and
 * nothing here throws or loops. BTF and DWARF give the same text for the same type, so equal texts are equal types.
 */

/** A type as the walk sees it. Other types are numbers, whose meaning is the graph's. */
export type TypeShape =
  /** Ends the walk: a type with a name of its own, or what is wrong in angle brackets. */
  | { readonly kind: 'named'; readonly text: string }
  | { readonly kind: 'pointer'; readonly target: number }
  | { readonly kind: 'qualifier'; readonly word: Qualifier; readonly target: number }
  /** A word between the type and what is declared: `__user`. */
  | { readonly kind: 'tag'; readonly text: string; readonly target: number }
  | { readonly kind: 'array'; readonly length: number; readonly element: number }
  | { readonly kind: 'function'; readonly returns: number; readonly parameters: Iterable<ShapeParameter> };

type Qualifier = 'const' | 'volatile' | 'restrict';

/** `...` has no type. */
export type ShapeParameter = '...' | { readonly name: string; readonly type: number };

/** Where types are looked up. */
export interface TypeGraph {
  /** Never throws: a type that is not there, or cannot be read, is a name in angle brackets. */
  shapeOf(type: number): TypeShape;
  /** How a type is called when it is in its own way: "id 12". */
  placeOf(type: number): string;
}

export interface DeclaratorOptions {
  /** Print the parameters' names. Default: true. */
  readonly parameterNames?: boolean | undefined;
  /** Print the return type. Default: true. */
  readonly returnType?: boolean | undefined;
  /** Characters of names after which a type, or a list of parameters, is too large. Default: 65,536. */
  readonly most?: number | undefined;
}

/** Far above what any function of a kernel needs, and printed in an instant. */
const MAX_STEPS = 1024;
/** Deeper than any type that somebody wrote, and far from the end of the stack. */
const MAX_DEPTH = 128;
/** A compiler's limit on a name is a few hundred; a damaged name can be as long as the string section. */
const MAX_NAME = 1024;
/** Characters of all names together, of which the longest prototype of a kernel has a few hundred. */
const MAX_NAMES = 65_536;
const TOO_LARGE = '<type too large>';

/** A name from the file, cut where no compiler would let it go on. */
export const clip = (name: string): string => (name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME)}...`);

/** A type and what is declared with it; an abstract array goes without the space: `char[16]`. */
export function joined(type: string, declarator: string): string {
  if (declarator === '') return type;
  return declarator.startsWith('[') ? type + declarator : `${type} ${declarator}`;
}

/**
 * Qualifiers once each and in one order: compilers differ in the order, and gcc writes a const array as a const array of
 * const elements, but C and a comparison of two kernels see no difference.
 */
function qualified(qualifiers: string, more: Qualifier): string {
  const words = ['const ', 'volatile ', 'restrict '];
  return words.filter((word) => word === `${more} ` || qualifiers.includes(word)).join('');
}

/** A declaration of `name` as `type`; without a name the type as one writes it in a cast. */
export function declare(graph: TypeGraph, type: number, name: string, options: DeclaratorOptions = {}): string {
  return new Declarator(graph, options).declare(type, name);
}

class Declarator {
  readonly #graph: TypeGraph;
  readonly #options: DeclaratorOptions;
  /** The nameless types that the walk is inside of. */
  readonly #path: number[] = [];
  #steps = 0;
  /** Characters that names may still have. */
  #left: number;

  constructor(graph: TypeGraph, options: DeclaratorOptions) {
    this.#graph = graph;
    this.#options = options;
    this.#left = this.#most;
  }

  get #most(): number {
    return this.#options.most ?? MAX_NAMES;
  }

  #counted(text: string): string {
    this.#left -= text.length;
    return text;
  }

  /**
   * @param inner what is declared so far
   * @param qualifiers const and volatile that belong to what comes next
   * @param behindPointer whether a `*` was written last, which binds weaker than `[]` and `()`
   */
  declare(type: number, inner: string, qualifiers = '', behindPointer = false): string {
    if (++this.#steps > MAX_STEPS || this.#left < 0 || this.#path.length > MAX_DEPTH) {
      return joined(qualifiers + TOO_LARGE, inner);
    }
    if (this.#path.includes(type)) {
      return joined(`${qualifiers}<type cycle at ${this.#graph.placeOf(type)}>`, inner);
    }
    const shape = this.#graph.shapeOf(type);
    if (shape.kind === 'named') return joined(qualifiers + this.#counted(shape.text), inner);
    this.#path.push(type);
    const text = this.#derived(shape, inner, qualifiers, behindPointer);
    this.#path.pop();
    return text;
  }

  #derived(
    shape: Exclude<TypeShape, { kind: 'named' }>,
    inner: string,
    qualifiers: string,
    behindPointer: boolean,
  ): string {
    const grouped = behindPointer ? `(${inner})` : inner;
    switch (shape.kind) {
      case 'pointer': {
        const pointer = `*${qualifiers}${inner}`;
        return this.declare(shape.target, inner === '' ? pointer.trimEnd() : pointer, '', true);
      }
      case 'qualifier':
        return this.declare(shape.target, inner, qualified(qualifiers, shape.word), behindPointer);
      case 'tag':
        return this.declare(shape.target, joined(this.#counted(shape.text), inner), qualifiers, behindPointer);
      // Qualifiers of an array are those of its elements (C11 6.7.3 paragraph 9).
      case 'array':
        return this.declare(shape.element, `${grouped}[${shape.length}]`, qualifiers);
      case 'function': {
        const declarator = `${grouped}(${this.#parameters(shape.parameters)})`;
        // Only of the function that was asked for, not of the functions that its parameters point to.
        const isAsked = this.#path.length === 1;
        if (isAsked && this.#options.returnType === false) return declarator;
        // What is made last is what one sees first.
        if (isAsked) this.#left = this.#most;
        return this.declare(shape.returns, declarator);
      }
    }
  }

  #parameters(parameters: Iterable<ShapeParameter>): string {
    const texts: string[] = [];
    // Taken one by one: a damaged prototype may claim most of the file as its parameters.
    for (const parameter of parameters) {
      if (this.#steps > MAX_STEPS) break;
      if (this.#left < 0) {
        texts.push(TOO_LARGE);
        break;
      }
      if (parameter === '...') texts.push('...');
      else {
        // Counted before its type, which may have names inside names.
        const name = this.#options.parameterNames === false ? '' : this.#counted(clip(parameter.name));
        texts.push(this.declare(parameter.type, name));
      }
    }
    return texts.length === 0 ? 'void' : texts.join(', ');
  }
}
