/** The references that leave their unit, collected while units are read: refs.ts says how a DieRef names a row here. */
import { type ForeignColumns, type ForeignKind, foreignKinds } from './function-entries.ts';
import { type DieRef, dieRef, noRef } from './refs.ts';

const foreignBit = 0x8000_0000;
/** What a file can mean by 2^53 and more is nothing; it is kept as this. */
const tooLarge = 0xffff_ffff_ffff_ffffn;

export class ForeignRefs {
  readonly #kind: number[] = [];
  readonly #value: bigint[] = [];

  get count(): number {
    return this.#kind.length;
  }

  otherUnit(offset: number): DieRef {
    return this.#add('other-unit', toBigint(offset));
  }

  signature(signature: bigint): DieRef {
    return this.#add('type-signature', signature);
  }

  supplementary(offset: number): DieRef {
    return this.#add('supplementary-file', toBigint(offset));
  }

  /** A reference of the unit to itself that is past its end; one to offset 0 counts as none. */
  outOfRange(offset: number): DieRef {
    return offset === 0 ? noRef : this.#add('out-of-range', toBigint(offset));
  }

  /** Drop the rows after the first `count`: those of a unit that turned out to be damaged. */
  truncate(count: number): void {
    this.#kind.length = count;
    this.#value.length = count;
  }

  columns(): ForeignColumns {
    return { kind: Uint8Array.from(this.#kind), value: BigUint64Array.from(this.#value) };
  }

  #add(kind: ForeignKind, value: bigint): DieRef {
    this.#kind.push(foreignKinds.indexOf(kind));
    this.#value.push(value);
    return dieRef(foreignBit + this.#kind.length - 1);
  }
}

const toBigint = (value: number): bigint => (Number.isSafeInteger(value) ? BigInt(value) : tooLarge);
