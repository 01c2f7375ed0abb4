/**
 * Offsets and ids that must not be mixed up, branded so that the compiler keeps them apart.
 *
 * Kernel addresses do not fit a double (0xffff800010000000 > 2^53), so a Vaddr is a bigint; file offsets and
 * indexes are numbers, because no file that a system call can address exceeds 2^53 bytes.
 */

declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** A virtual address of a linked image: st_value, r_offset, p_vaddr. */
export type Vaddr = Brand<bigint, 'Vaddr'>;
/** A byte position in the file. */
export type FileOffset = Brand<number, 'FileOffset'>;
/** A row of the section header table. */
export type SectionIndex = Brand<number, 'SectionIndex'>;
/** A row of .symtab; row 0 is the null symbol. */
export type SymbolIndex = Brand<number, 'SymbolIndex'>;
/** A BTF type id; 0 is void. */
export type TypeId = Brand<number, 'TypeId'>;
/** A byte position in the BTF string section. */
export type NameOff = Brand<number, 'NameOff'>;
/** A byte position in .debug_info. */
export type DebugInfoOffset = Brand<number, 'DebugInfoOffset'>;
/** The number of an mcount slot, counted from __start_mcount_loc. */
export type SlotIndex = Brand<number, 'SlotIndex'>;

export const vaddr = (value: bigint): Vaddr => value as Vaddr;
export const fileOffset = (value: number): FileOffset => value as FileOffset;
export const sectionIndex = (value: number): SectionIndex => value as SectionIndex;
export const symbolIndex = (value: number): SymbolIndex => value as SymbolIndex;
export const typeId = (value: number): TypeId => value as TypeId;
export const nameOff = (value: number): NameOff => value as NameOff;
export const debugInfoOffset = (value: number): DebugInfoOffset => value as DebugInfoOffset;
export const slotIndex = (value: number): SlotIndex => value as SlotIndex;
