/**
 * Types as C. A C declaration is read from the name outwards, so it is written from the name outwards too:
 *
 *   id   ARRAY[4] → PTR → FUNC_PROTO(int) → PTR → const → char      of a variable named `handlers`
 *   text handlers → handlers[4] → *handlers[4] → (*handlers[4])(int) → *(*handlers[4])(int) → const char *(*handlers[4])(int)
 *
 * What is named (struct, typedef, int …) ends the walk. What is not could, in a damaged file, go round for ever, fan out
 * without end, or refer to ids that do not exist; that is printed in angle brackets in the place of the type, and nothing
 * here throws or loops.
 */
import type { Btf } from './btf.ts';
import type { Kind } from './kinds.ts';
import type { RawType } from './raw-type.ts';
import { linkageOf } from './types.ts';

export interface PrototypeOptions {
  /** Print the parameters' names. Default: true. */
  readonly parameterNames?: boolean;
  /** Print `static` or `extern` before a FUNC. Default: true. */
  readonly linkage?: boolean;
  /** Print the return type. Default: true. */
  readonly returnType?: boolean;
}

/**
 * A FUNC as a C prototype: `static ssize_t tty_write(struct kiocb *iocb, struct iov_iter *from)`. Of a FUNC_PROTO, the
 * same without a name; of any other type, what {@link declaration} gives.
 *
 * The linkage is what the record says. pahole writes static for every function of a kernel, whatever its source says.
 */
export function prototype(btf: Btf, id: number, options: PrototypeOptions = {}): string {
  const declarator = new Declarator(btf, options);
  if (!btf.has(id) || btf.kindOf(id) !== 'FUNC') return declarator.declare(id, '');
  const raw = btf.raw(id);
  const storage = options.linkage === false ? '' : storageClass(raw.vlen);
  return storage + declarator.func(raw.size_or_type, clip(btf.nameOf(id)));
}

/**
 * Any type as C: a FUNC as its prototype, a VAR as a declaration, else the type's name as one would write it in a cast
 * (`struct file *`, `int (*)(void *)`, `struct {...}`).
 * @param name what is declared, for `struct file *name`; ignored for a FUNC or VAR, which have their own
 */
export function declaration(btf: Btf, id: number, name = ''): string {
  if (!btf.has(id)) return joined(badId(id), name);
  const raw = btf.raw(id);
  switch (btf.kindOf(id)) {
    case 'FUNC':
      return prototype(btf, id);
    case 'VAR':
      return storageClass(raw.fixed(0)) + new Declarator(btf, {}).declare(raw.size_or_type, clip(btf.nameOf(id)));
    case 'DATASEC':
      return `section ${clip(btf.nameOf(id))}`;
    case 'DECL_TAG':
      return `__attribute__((btf_decl_tag("${clip(btf.nameOf(id))}")))`;
    default:
      return new Declarator(btf, {}).declare(id, name);
  }
}

/** Far above what any function of a kernel needs, and printed in an instant. */
const MAX_STEPS = 1024;
/** Deeper than any type that somebody wrote, and far from the end of the stack. */
const MAX_DEPTH = 128;
/** A compiler's limit on a name is a few hundred; a damaged name can be as long as the string section. */
const MAX_NAME = 1024;

/** Kernel source writes these tags by macros of include/linux/compiler_types.h. */
const tagMacros: Readonly<Record<string, string>> = { user: '__user', percpu: '__percpu', rcu: '__rcu' };

const badId = (id: number): string => `<bad type id ${id}>`;
const clip = (name: string): string => (name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME)}...`);

function storageClass(linkageNumber: number): string {
  const linkage = linkageOf(linkageNumber);
  return linkage === 'static' || linkage === 'extern' ? `${linkage} ` : '';
}

/**
 * Qualifiers once each and in one order: compilers differ in the order, and gcc writes a const array as a const array of
 * const elements, but C and a comparison of two kernels see no difference.
 */
function qualified(qualifiers: string, more: string): string {
  const words = ['const ', 'volatile ', 'restrict '];
  return words.filter((word) => word === more || qualifiers.includes(word)).join('');
}

/** A type and what is declared with it; an abstract array goes without the space: `char[16]`. */
function joined(type: string, declarator: string): string {
  if (declarator === '') return type;
  return declarator.startsWith('[') ? type + declarator : `${type} ${declarator}`;
}

class Declarator {
  readonly #btf: Btf;
  readonly #options: PrototypeOptions;
  /** Ids of the nameless types that the walk is inside of. */
  readonly #path: number[] = [];
  #steps = 0;

  constructor(btf: Btf, options: PrototypeOptions) {
    this.#btf = btf;
    this.#options = options;
  }

  /** A function with the prototype `protoId`. */
  func(protoId: number, name: string): string {
    const isProto = this.#btf.has(protoId) && this.#btf.kindOf(protoId) === 'FUNC_PROTO';
    return isProto ? this.declare(protoId, name) : joined(badId(protoId), name);
  }

  /**
   * @param inner what is declared so far
   * @param qualifiers const and volatile that belong to what comes next
   * @param behindPointer whether a `*` was written last, which binds weaker than `[]` and `()`
   */
  declare(id: number, inner: string, qualifiers = '', behindPointer = false): string {
    if (++this.#steps > MAX_STEPS || this.#path.length > MAX_DEPTH) {
      return joined(`${qualifiers}<type too large>`, inner);
    }
    if (!this.#btf.has(id)) return joined(qualifiers + badId(id), inner);
    if (this.#path.includes(id)) return joined(`${qualifiers}<type cycle at id ${id}>`, inner);
    const kind = this.#btf.kindOf(id);
    const base = this.#baseName(id, kind);
    if (base !== undefined) return joined(qualifiers + base, inner);
    this.#path.push(id);
    const text = this.#derived(id, kind, inner, qualifiers, behindPointer);
    this.#path.pop();
    return text;
  }

  /** What ends the walk: a type with a name of its own. */
  #baseName(id: number, kind: Kind): string | undefined {
    switch (kind) {
      case 'VOID':
        return 'void';
      case 'INT':
      case 'FLOAT':
      case 'TYPEDEF':
        return this.#name(id) || `<${kind} without a name, id ${id}>`;
      case 'STRUCT':
        return `struct ${this.#name(id) || '{...}'}`;
      case 'UNION':
        return `union ${this.#name(id) || '{...}'}`;
      case 'ENUM':
      case 'ENUM64':
        return `enum ${this.#name(id) || '{...}'}`;
      case 'FWD':
        return `${this.#btf.raw(id).kind_flag ? 'union' : 'struct'} ${this.#name(id) || '{...}'}`;
      // A reference to one of these is as wrong as one to an id that does not exist.
      case 'FUNC':
      case 'VAR':
      case 'DATASEC':
      case 'DECL_TAG':
        return badId(id);
      default:
        return undefined;
    }
  }

  #derived(id: number, kind: Kind, inner: string, qualifiers: string, behindPointer: boolean): string {
    const raw = this.#btf.raw(id);
    const target = raw.size_or_type;
    const grouped = behindPointer ? `(${inner})` : inner;
    switch (kind) {
      case 'PTR': {
        const pointer = `*${qualifiers}${inner}`;
        return this.declare(target, inner === '' ? pointer.trimEnd() : pointer, '', true);
      }
      case 'CONST':
        return this.declare(target, inner, qualified(qualifiers, 'const '), behindPointer);
      case 'VOLATILE':
        return this.declare(target, inner, qualified(qualifiers, 'volatile '), behindPointer);
      case 'RESTRICT':
        return this.declare(target, inner, qualified(qualifiers, 'restrict '), behindPointer);
      case 'TYPE_TAG':
        return this.declare(target, joined(this.#tag(id, raw.kind_flag), inner), qualifiers, behindPointer);
      // Qualifiers of an array are those of its elements (C11 6.7.3 paragraph 9).
      case 'ARRAY':
        return this.declare(raw.fixed(0), `${grouped}[${raw.fixed(2)}]`, qualifiers);
      default:
        return this.#function(raw, grouped);
    }
  }

  #function(raw: RawType, name: string): string {
    const declarator = `${name}(${this.#parameters(raw)})`;
    // Only of the function that was asked for, not of the functions that its parameters point to.
    const omitReturn = this.#options.returnType === false && this.#path.length === 1;
    return omitReturn ? declarator : this.declare(raw.size_or_type, declarator);
  }

  #parameters(raw: RawType): string {
    const texts: string[] = [];
    // Read one by one, not through Btf.type(): a damaged prototype may claim most of the file as its parameters.
    for (let index = 0; index < raw.vlen && this.#steps <= MAX_STEPS; index++) {
      const name_off = raw.entry(index, 0);
      const type = raw.entry(index, 1);
      const isEllipsis = index === raw.vlen - 1 && name_off === 0 && type === 0;
      const name = this.#options.parameterNames === false ? '' : clip(this.#btf.strings.at(name_off));
      texts.push(isEllipsis ? '...' : this.declare(type, name));
    }
    return texts.length === 0 ? 'void' : texts.join(', ');
  }

  #tag(id: number, attribute: boolean): string {
    const name = this.#name(id);
    if (attribute) return `__attribute__((${name}))`;
    return tagMacros[name] ?? `__attribute__((btf_type_tag("${name}")))`;
  }

  #name(id: number): string {
    return clip(this.#btf.nameOf(id));
  }
}
