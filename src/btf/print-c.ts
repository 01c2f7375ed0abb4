/**
 * BTF types as C, by the rules of c-text/declarator.ts: the records as shapes, and what only BTF has around them.
 */
import {
  clip,
  type DeclaratorOptions,
  declare,
  joined,
  type ShapeParameter,
  type TypeGraph,
  type TypeShape,
} from '../c-text/declarator.ts';
import type { Btf } from './btf.ts';
import type { RawType } from './raw-type.ts';
import { linkageOf } from './types.ts';

export interface PrototypeOptions extends DeclaratorOptions {
  /** Print `static` or `extern` before a FUNC. Default: true. */
  readonly linkage?: boolean;
}

/**
 * A FUNC as a C prototype: `static ssize_t tty_write(struct kiocb *iocb, struct iov_iter *from)`. Of a FUNC_PROTO, the
 * same without a name; of any other type, what {@link declaration} gives.
 *
 * The linkage is what the record says. pahole writes static for every function of a kernel, whatever its source says.
 */
export function prototype(btf: Btf, id: number, options: PrototypeOptions = {}): string {
  const graph = new BtfShapes(btf);
  if (!btf.has(id) || btf.kindOf(id) !== 'FUNC') return declare(graph, id, '', options);
  const raw = btf.raw(id);
  const name = clip(btf.nameOf(id));
  const storage = options.linkage === false ? '' : storageClass(raw.vlen);
  const proto = raw.size_or_type;
  const isProto = btf.has(proto) && btf.kindOf(proto) === 'FUNC_PROTO';
  return storage + (isProto ? declare(graph, proto, name, options) : joined(badId(proto), name));
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
      return storageClass(raw.fixed(0)) + declare(new BtfShapes(btf), raw.size_or_type, clip(btf.nameOf(id)));
    case 'DATASEC':
      return `section ${clip(btf.nameOf(id))}`;
    case 'DECL_TAG':
      return `__attribute__((btf_decl_tag("${clip(btf.nameOf(id))}")))`;
    default:
      return declare(new BtfShapes(btf), id, name);
  }
}

/** Kernel source writes these tags by macros of include/linux/compiler_types.h. */
const tagMacros: Readonly<Record<string, string>> = { user: '__user', percpu: '__percpu', rcu: '__rcu' };

const badId = (id: number): string => `<bad type id ${id}>`;

function storageClass(linkageNumber: number): string {
  const linkage = linkageOf(linkageNumber);
  return linkage === 'static' || linkage === 'extern' ? `${linkage} ` : '';
}

/** The records of a BTF as shapes, by type id. */
class BtfShapes implements TypeGraph {
  readonly #btf: Btf;

  constructor(btf: Btf) {
    this.#btf = btf;
  }

  placeOf(id: number): string {
    return `id ${id}`;
  }

  shapeOf(id: number): TypeShape {
    if (!this.#btf.has(id)) return named(badId(id));
    const raw = this.#btf.raw(id);
    const kind = this.#btf.kindOf(id);
    const target = raw.size_or_type;
    switch (kind) {
      case 'VOID':
        return named('void');
      case 'INT':
      case 'FLOAT':
      case 'TYPEDEF':
        return named(this.#name(id) || `<${kind} without a name, id ${id}>`);
      case 'STRUCT':
        return named(`struct ${this.#name(id) || '{...}'}`);
      case 'UNION':
        return named(`union ${this.#name(id) || '{...}'}`);
      case 'ENUM':
      case 'ENUM64':
        return named(`enum ${this.#name(id) || '{...}'}`);
      case 'FWD':
        return named(`${raw.kind_flag ? 'union' : 'struct'} ${this.#name(id) || '{...}'}`);
      // A reference to one of these is as wrong as one to an id that does not exist.
      case 'FUNC':
      case 'VAR':
      case 'DATASEC':
      case 'DECL_TAG':
        return named(badId(id));
      case 'PTR':
        return { kind: 'pointer', target };
      case 'CONST':
        return { kind: 'qualifier', word: 'const', target };
      case 'VOLATILE':
        return { kind: 'qualifier', word: 'volatile', target };
      case 'RESTRICT':
        return { kind: 'qualifier', word: 'restrict', target };
      case 'TYPE_TAG':
        return { kind: 'tag', text: this.#tag(id, raw.kind_flag), target };
      case 'ARRAY':
        return { kind: 'array', length: raw.fixed(2), element: raw.fixed(0) };
      case 'FUNC_PROTO':
        return { kind: 'function', returns: target, parameters: this.#parameters(raw) };
    }
  }

  *#parameters(raw: RawType): Generator<ShapeParameter> {
    // Read one by one, not through Btf.type(): a damaged prototype may claim most of the file as its parameters.
    for (let index = 0; index < raw.vlen; index++) {
      const name_off = raw.entry(index, 0);
      const type = raw.entry(index, 1);
      const isEllipsis = index === raw.vlen - 1 && name_off === 0 && type === 0;
      yield isEllipsis ? '...' : { name: this.#btf.strings.at(name_off), type };
    }
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

const named = (text: string): TypeShape => ({ kind: 'named', text });
