/** The screens as drawings, on the sample kernel. When one changes, look at it: npx vitest run -u writes them anew. */
import { beforeAll, describe, expect, test } from 'vitest';
import { countApplied } from '../../src/kernel/applied.ts';
import { deskOf } from '../app/kernels.ts';
import { searched } from '../app/search-desk.ts';
import { causesOf, whyOf } from '../app/why-desk.ts';
import { asciiTheme, draw, monoTheme } from './draw.tsx';

// The line below the panes says how the kernel was linked once that was counted: here it was.
beforeAll(() => {
  const { kernel } = deskOf('sample').session;
  countApplied(kernel.elf, kernel.relocations);
});

const storyAt = (columns: number, rows: number) => deskOf('sample', columns, rows).press('1').goTo('tty_write');

describe('80×24', () => {
  test('browse', () => {
    expect(draw(storyAt(80, 24))).toMatchInlineSnapshot(`
      "
       kinspect  vmlinux · Linux 5.10.0-kinspect · mcount all zero in the file
      ┌ 1 Symbols ────────────────────────────────────────────────────────────── 519 ┐
      │  address          t name                          size type    section       │
      │  ffff800010002260 t tioccons                       108 FUNC    .text         │
      │  ffff8000100022d0 t tty_paranoia_check              96 FUNC    .text         │
      │  ffff800010002330 t tty_poll                       212 FUNC    .text         │
      │  ffff800010002404 t tty_write_lock                  84 FUNC    .text         │
      │  ffff800010002460 t file_tty_write                 468 FUNC    .text         │
      │▸ ffff800010002634 t tty_write                       32 FUNC    .text         │
      │  ffff800010002654 T redirected_tty_write           184 FUNC    .text         │
      │  ffff800010002710 t show_cons_active                56 FUNC    .text         │
      │  ffff800010002750 t free_tty_struct                 64 FUNC    .text         │
      │  ffff800010002790 T tty_release                    180 FUNC    .text         │
      └──────────────────────────────────────────────────────────────────────────────┘
      ─ 2 mcount_loc ──────────────────────────────────────────────────────────── 164
      ▸ ffff800010008bf8 0000000000000000 ffff800010002634 tty_write
      ─ 3 Relocations ─────────────────────────────────────────────────────────── 297
      ▸ ffff800010008bf8 R_AARCH64_RELATIVE ffff800010002634     tty_write
      ─ 4 BTF FUNC ─────────────────────────────────────────────────────────────── 93
      ╌ no FUNC record: tty_write
       tty_write  symbol ✓  slot ✓ 82 (zero in the file)  reloc ✓  BTF ✗
       it is traceable, but its mcount slot 82 is zero in the file and gets
       ffff800010002634 only at boot, from .rela.dyn, since the kernel was linked wi…
       / search  Tab pane  Enter follow  w why  r replay  x hex  ? keys  q quit
      "
    `);
  });

  test('the pane without the record', () => {
    expect(draw(storyAt(80, 24).press('4'))).toMatchInlineSnapshot(`
      "
       kinspect  vmlinux · Linux 5.10.0-kinspect · mcount all zero in the file
      ─ 1 Symbols ─────────────────────────────────────────────────────────────── 519
      ▸ ffff800010002634 t tty_write                         32 FUNC    .text
      ─ 2 mcount_loc ──────────────────────────────────────────────────────────── 164
      ▸ ffff800010008bf8 0000000000000000 ffff800010002634 tty_write
      ─ 3 Relocations ─────────────────────────────────────────────────────────── 297
      ▸ ffff800010008bf8 R_AARCH64_RELATIVE ffff800010002634     tty_write
      ┌ 4 BTF FUNC ────────────────────────────────────────────────────────────── 93 ┐
      │        id prototype                                                          │
      │     [305] long int tty_ioctl(struct file *file, unsigned int cmd, long unsig…│
      │     [307] int tty_release(struct inode *inode, struct file *file)            │
      │     [309] struct tty_struct *alloc_tty_struct(struct tty_driver *driver, int…│
      │     [311] int tty_send_xchar(struct tty_struct *tty, char ch)                │
      │     [313] ssize_t redirected_tty_write(struct kiocb *iocb, struct iov_iter *…│
      │╌ no FUNC record: tty_write                                                   │
      │     [315] void tty_write_message(struct tty_struct *tty, char *msg)          │
      │     [317] void start_tty(struct tty_struct *tty)                             │
      │     [318] void stop_tty(struct tty_struct *tty)                              │
      │     [320] int tty_hung_up_p(struct file *file)                               │
      └──────────────────────────────────────────────────────────────────────────────┘
       tty_write  symbol ✓  slot ✓ 82 (zero in the file)  reloc ✓  BTF ✗
       it is traceable, but its mcount slot 82 is zero in the file and gets
       ffff800010002634 only at boot, from .rela.dyn, since the kernel was linked wi…
       / search  Tab pane  Enter follow  w why  r replay  x hex  ? keys  q quit
      "
    `);
  });

  test('search', async () => {
    const at = await searched(storyAt(80, 24), 'tty_wr');
    at.press('down');
    expect(draw(at)).toMatchInlineSnapshot(`
      "
       kinspect  vmlinux · Linux 5.10.0-kinspect · mcount all zero in the file
      ┌ Search ──────────────────────────────────────────────────────────── 13 found ┐
      │  name                                             t address          slot BTF│
      │  tty_write                                        t ffff800010002634 ✓    ✗  │
      │▸ tty_write_lock                                   t ffff800010002404 ✓    ✗  │
      │  tty_write_room                                   T ffff8000100035f0 ✓    ✓  │
      │  tty_write_unlock                                 t ffff800010002140 ✓    ✗  │
      │  tty_write_message                                T ffff800010002c64 ✓    ✓  │
      │  n_tty_write                                      t ffff800010003390 ✓    ✗  │
      │  file_tty_write                                   t ffff800010002460 ✓    ✗  │
      │  hung_up_tty_write                                t ffff800010001f54 ✓    ✗  │
      │  n_tty_write_wakeup                               t ffff800010002ff0 ✓    ✗  │
      │  redirected_tty_write                             T ffff800010002654 ✓    ✓  │
      │  __crc_tty_write_room                             A 000000005ea0c1d3         │
      │  __kstrtab_tty_write_room                         r ffff800010004e7c         │
      │  __ksymtab_tty_write_room                         r ffff800010004c40         │
      │                                                                              │
      │                                                                              │
      │                                                                              │
      └──────────────────────────────────────────────────────────────────────────────┘
      /tty_wr


       ↓ next  ↑ previous  Enter accept  Esc cancel                           2 of 13
      "
    `);
  });

  test('go to', () => {
    expect(draw(storyAt(80, 24).press(':'))).toMatchInlineSnapshot(`
      "
       kinspect  vmlinux · Linux 5.10.0-kinspect · mcount all zero in the file
      ┌ 1 Symbols ────────────────────────────────────────────────────────────── 519 ┐
      │  address          t name                          size type    section       │
      │  ffff800010002260 t tioccons                       108 FUNC    .text         │
      │  ffff8000100022d0 t tty_paranoia_check              96 FUNC    .text         │
      │  ffff800010002330 t tty_poll                       212 FUNC    .text         │
      │  ffff800010002404 t tty_write_lock                  84 FUNC    .text         │
      │  ffff800010002460 t file_tty_write                 468 FUNC    .text         │
      │▸ ffff800010002634 t tty_write                       32 FUNC    .text         │
      │  ffff800010002654 T redirected_tty_write           184 FUNC    .text         │
      │  ffff800010002710 t show_cons_active                56 FUNC    .text         │
      │  ffff800010002750 t free_tty_struct                 64 FUNC    .text         │
      │  ffff800010002790 T tty_release                    180 FUNC    .text         │
      └──────────────────────────────────────────────────────────────────────────────┘
      ─ 2 mcount_loc ──────────────────────────────────────────────────────────── 164
      ▸ ffff800010008bf8 0000000000000000 ffff800010002634 tty_write
      ─ 3 Relocations ─────────────────────────────────────────────────────────── 297
      ▸ ffff800010008bf8 R_AARCH64_RELATIVE ffff800010002634     tty_write
      ─ 4 BTF FUNC ─────────────────────────────────────────────────────────────── 93
      ╌ no FUNC record: tty_write
      :   an address, a symbol, symbol+0x10; or quit, help, facts, hex, why, causes, …


       Enter accept  Esc cancel
      "
    `);
  });

  test('filter', () => {
    expect(draw(storyAt(80, 24).press('f').type('tty_w'))).toMatchInlineSnapshot(`
      "
       kinspect  vmlinux · Linux 5.10.0-kinspect · mcount all zero in the file
      ┌ 1 Symbols ──────────────────────────────────────── filter: tty_w · 16 of 519 ┐
      │  address          t name                          size type    section       │
      │  ffff800010001f54 t hung_up_tty_write               52 FUNC    .text         │
      │  ffff800010002050 T tty_wakeup                      88 FUNC    .text         │
      │  ffff800010002140 t tty_write_unlock                56 FUNC    .text         │
      │  ffff800010002404 t tty_write_lock                  84 FUNC    .text         │
      │  ffff800010002460 t file_tty_write                 468 FUNC    .text         │
      │▸ ffff800010002634 t tty_write                       32 FUNC    .text         │
      │  ffff800010002654 T redirected_tty_write           184 FUNC    .text         │
      │  ffff800010002c64 T tty_write_message              124 FUNC    .text         │
      │  ffff800010002ff0 t n_tty_write_wakeup              40 FUNC    .text         │
      │  ffff800010003390 t n_tty_write                    172 FUNC    .text         │
      └──────────────────────────────────────────────────────────────────────────────┘
      ─ 2 mcount_loc ──────────────────────────────────────────────────────────── 164
      ▸ ffff800010008bf8 0000000000000000 ffff800010002634 tty_write
      ─ 3 Relocations ─────────────────────────────────────────────────────────── 297
      ▸ ffff800010008bf8 R_AARCH64_RELATIVE ffff800010002634     tty_write
      ─ 4 BTF FUNC ─────────────────────────────────────────────────────────────── 93
      ╌ no FUNC record: tty_write
      filter Symbols: tty_w


       Enter accept  Esc cancel
      "
    `);
  });

  test('hex, words', () => {
    expect(draw(storyAt(80, 24).press('2', 'x', 'j'))).toMatchInlineSnapshot(`
      "
       kinspect  vmlinux · Linux 5.10.0-kinspect · mcount all zero in the file
      ┌ Bytes at mcount slot 83 ───────────────────── .init.data, file offset 0x9c00 ┐
      │  ffff800010008bf8 0000000000000000 → ffff800010002634  tty_write             │
      │▸ ffff800010008c00 0000000000000000 → ffff800010002654  redirected_tty_write  │
      │  ffff800010008c08 0000000000000000 → ffff800010002710  show_cons_active      │
      │  ffff800010008c10 0000000000000000 → ffff800010002750  free_tty_struct       │
      │  ffff800010008c18 0000000000000000 → ffff800010002790  tty_release           │
      │  ffff800010008c20 0000000000000000 → ffff800010002844  tty_ioctl             │
      │  ffff800010008c28 0000000000000000 → ffff800010002910  iterate_tty_read      │
      │  ffff800010008c30 0000000000000000 → ffff8000100029e0  tty_read              │
      │  ffff800010008c38 0000000000000000 → ffff800010002a90  start_tty             │
      │  ffff800010008c40 0000000000000000 → ffff800010002ac0  get_tty_driver.constp…│
      │  ffff800010008c48 0000000000000000 → ffff800010002b24  tty_hangup            │
      │  ffff800010008c50 0000000000000000 → ffff800010002ba0  tty_alloc_file        │
      │  ffff800010008c58 0000000000000000 → ffff800010002bf0  tty_add_file          │
      │  ffff800010008c60 0000000000000000 → ffff800010002c30  tty_driver_name       │
      │  ffff800010008c68 0000000000000000 → ffff800010002c64  tty_write_message     │
      │  ffff800010008c70 0000000000000000 → ffff800010002ce0  tty_send_xchar        │
      │  ffff800010008c78 0000000000000000 → ffff800010002d70  alloc_tty_struct      │
      └──────────────────────────────────────────────────────────────────────────────┘
       tty_write  symbol ✓  slot ✓ 82 (zero in the file)  reloc ✓  BTF ✗
       it is traceable, but its mcount slot 82 is zero in the file and gets
       ffff800010002634 only at boot, from .rela.dyn, since the kernel was linked wi…
       / search  b words/bytes  Enter follow  w why  r replay  ? keys  Esc close
      "
    `);
  });

  test('hex, bytes', () => {
    expect(draw(storyAt(80, 24).goTo('linux_banner').press('x', 'b'))).toMatchInlineSnapshot(`
      "
       kinspect  vmlinux · Linux 5.10.0-kinspect · mcount all zero in the file
      ┌ Bytes at linux_banner ────────────────────────── .rodata, file offset 0x5550 ┐
      │▸ ffff800010004550 4c69 6e75 7820 7665  7273 696f 6e20 352e Linux version 5.  │
      │  ffff800010004560 3130 2e30 2d6b 696e  7370 6563 7420 2866 10.0-kinspect (f  │
      │  ffff800010004570 6978 7475 7265 7340  6b69 6e73 7065 6374 ixtures@kinspect  │
      │  ffff800010004580 2920 2861 6172 6368  3634 2d6c 696e 7578 ) (aarch64-linux  │
      │  ffff800010004590 2d67 6e75 2d67 6363  2028 4465 6269 616e -gnu-gcc (Debian  │
      │  ffff8000100045a0 2031 322e 322e 302d  3134 2920 3132 2e32  12.2.0-14) 12.2  │
      │  ffff8000100045b0 2e30 2c20 474e 5520  6c64 2028 474e 5520 .0, GNU ld (GNU   │
      │  ffff8000100045c0 4269 6e75 7469 6c73  2066 6f72 2044 6562 Binutils for Deb  │
      │  ffff8000100045d0 6961 6e29 2032 2e34  3029 2023 3120 534d ian) 2.40) #1 SM  │
      │  ffff8000100045e0 5020 3230 3231 2d30  322d 3032 0a00 0000 P 2021-02-02....  │
      │  ffff8000100045f0 756e 6b6e 6f77 6e20  6d61 6368 696e 6500 unknown machine.  │
      │  ffff800010004600 4d61 6368 696e 6520  6d6f 6465 6c3a 2025 Machine model: %  │
      │  ffff800010004610 730a 0000 0000 0000  6b69 6e73 7065 6374 s.......kinspect  │
      │  ffff800010004620 0000 0000 0000 0000  6120 6465 6164 2063 ........a dead c  │
      │  ffff800010004630 7075 0000 0000 0000  7061 6e69 633a 2025 pu......panic: %  │
      │  ffff800010004640 730a 0000 0000 0000  6275 6666 6572 206f s.......buffer o  │
      │  ffff800010004650 7665 7266 6c6f 7720  696e 2025 730a 0000 verflow in %s...  │
      └──────────────────────────────────────────────────────────────────────────────┘
       linux_banner  symbol ✓  slot ✗  reloc ✗  BTF ✗
       the symbol is not of type FUNC, and FUNC records are of functions

       / search  b words/bytes  Enter follow  w why  r replay  ? keys  Esc close
      "
    `);
  });

  test('help', () => {
    expect(draw(storyAt(80, 24).press('?', 'pagedown'))).toMatchInlineSnapshot(`
      "
       kinspect  vmlinux · Linux 5.10.0-kinspect · mcount all zero in the file
      ┌ Keys ───────────────────────────────────────────────── lines 17 to 33 of 184 ┐
      │   4                   BTF FUNC records                                       │
      │   Enter               follow the link to the next pane                       │
      │   - Backspace Ctrl-O  back to where you were                                 │
      │   + =                 forward again                                          │
      │                                                                              │
      │ Find                                                                         │
      │   /                   search symbols and FUNC names as you type (fuzzy, /reg…│
      │   n                   next match of the search                               │
      │   N                   previous match                                         │
      │   :                   go to an address, a symbol or symbol+offset; or a comm…│
      │   f                   filter the pane by words                               │
      │   Esc                 clear the filter of the pane                           │
      │   s                   next sort order of the pane                            │
      │                                                                              │
      │ Look                                                                         │
      │   x                   bytes at the focus, as words or as bytes               │
      │   w W                 why this function has, or has not, a BTF record        │
      └──────────────────────────────────────────────────────────────────────────────┘
       tty_write  symbol ✓  slot ✓ 82 (zero in the file)  reloc ✓  BTF ✗
       it is traceable, but its mcount slot 82 is zero in the file and gets
       ffff800010002634 only at boot, from .rela.dyn, since the kernel was linked wi…
       / search  w why  r replay  - back  c compare  o overview  ? keys  Esc close
      "
    `);
  });

  test('facts', () => {
    expect(draw(storyAt(80, 24).press('i'))).toMatchInlineSnapshot(`
      "
       kinspect  vmlinux · Linux 5.10.0-kinspect · mcount all zero in the file
      ┌ Facts on the kernel ──────────────────────────────────── lines 1 to 17 of 43 ┐
      │ machine              aarch64, ELF64, little-endian, ET_DYN                   │
      │                      ELF header at file offset 0x0                           │
      │ linux_banner         Linux version 5.10.0-kinspect (fixtures@kinspect)       │
      │                      (aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0, GNU   │
      │                      ld (GNU Binutils for Debian) 2.40) #1 SMP 2021-02-02    │
      │                      linux_banner at file offset 0x5550                      │
      │ compiler             aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0, GNU ld │
      │                      (GNU Binutils for Debian) 2.40                          │
      │                      linux_banner at file offset 0x5550                      │
      │ build id             ba6731bdd6f069b77bbc348c7b37962e8e9abc12                │
      │                      GNU build id note at file offset 0x5f88                 │
      │ configuration        28 options; CONFIG_DEBUG_INFO_BTF=y,                    │
      │                      CONFIG_PAHOLE_VERSION is not set,                       │
      │                      CONFIG_DEBUG_INFO_BTF_MODULES is not set,               │
      │                      CONFIG_DYNAMIC_FTRACE=y, CONFIG_RELOCATABLE=y,          │
      │                      CONFIG_RANDOMIZE_BASE=y, CONFIG_CC_VERSION_TEXT=aarch64 │
      │                      -linux-gnu-gcc (Debian 12.2.0-14) 12.2.0                │
      └──────────────────────────────────────────────────────────────────────────────┘
       tty_write  symbol ✓  slot ✓ 82 (zero in the file)  reloc ✓  BTF ✗
       it is traceable, but its mcount slot 82 is zero in the file and gets
       ffff800010002634 only at boot, from .rela.dyn, since the kernel was linked wi…
       / search  w why  r replay  - back  c compare  o overview  ? keys  Esc close
      "
    `);
  });

  test('a message in the place of the keys', () => {
    expect(draw(storyAt(80, 24).press('3', 'enter'))).toMatchInlineSnapshot(`
      "
       kinspect  vmlinux · Linux 5.10.0-kinspect · mcount all zero in the file
      ┌ 1 Symbols ────────────────────────────────────────────────────────────── 519 ┐
      │  address          t name                          size type    section       │
      │  ffff800010002260 t tioccons                       108 FUNC    .text         │
      │  ffff8000100022d0 t tty_paranoia_check              96 FUNC    .text         │
      │  ffff800010002330 t tty_poll                       212 FUNC    .text         │
      │  ffff800010002404 t tty_write_lock                  84 FUNC    .text         │
      │  ffff800010002460 t file_tty_write                 468 FUNC    .text         │
      │▸ ffff800010002634 t tty_write                       32 FUNC    .text         │
      │  ffff800010002654 T redirected_tty_write           184 FUNC    .text         │
      │  ffff800010002710 t show_cons_active                56 FUNC    .text         │
      │  ffff800010002750 t free_tty_struct                 64 FUNC    .text         │
      │  ffff800010002790 T tty_release                    180 FUNC    .text         │
      └──────────────────────────────────────────────────────────────────────────────┘
      ─ 2 mcount_loc ──────────────────────────────────────────────────────────── 164
      ▸ ffff800010008bf8 0000000000000000 ffff800010002634 tty_write
      ─ 3 Relocations ─────────────────────────────────────────────────────────── 297
      ▸ ffff800010008bf8 R_AARCH64_RELATIVE ffff800010002634     tty_write
      ─ 4 BTF FUNC ─────────────────────────────────────────────────────────────── 93
      ╌ no FUNC record: tty_write
       tty_write  symbol ✓  slot ✓ 82 (zero in the file)  reloc ✓  BTF ✗
       it is traceable, but its mcount slot 82 is zero in the file and gets
       ffff800010002634 only at boot, from .rela.dyn, since the kernel was linked wi…
       BTF FUNC: no FUNC record of this name; on to Symbols
      "
    `);
  });
});

test('60×15: the active pane alone', () => {
  expect(draw(storyAt(60, 15))).toMatchInlineSnapshot(`
    "
     kinspect  vmlinux · mcount all zero in the file
    ┌ 1 Symbols ────────────────────────────────────────── 519 ┐
    │  address          t name                             size│
    │  ffff8000100022d0 t tty_paranoia_check                 96│
    │  ffff800010002330 t tty_poll                          212│
    │  ffff800010002404 t tty_write_lock                     84│
    │  ffff800010002460 t file_tty_write                    468│
    │▸ ffff800010002634 t tty_write                          32│
    │  ffff800010002654 T redirected_tty_write              184│
    │  ffff800010002710 t show_cons_active                   56│
    │  ffff800010002750 t free_tty_struct                    64│
    │  ffff800010002790 T tty_release                       180│
    └──────────────────────────────────────────────────────────┘
     tty_write  symbol ✓  slot ✓ 82 (zero)  reloc ✓  BTF ✗
     / search  Tab pane  Enter follow  w why  ? keys  q quit
    "
  `);
});

test('40×10: the least', () => {
  expect(draw(storyAt(40, 10))).toMatchInlineSnapshot(`
    "
     kinspect  mcount all zero in the file
    ┌ 1 Symbols ────────────────────── 519 ┐
    │  address          t name             │
    │  ffff800010002404 t tty_write_lock   │
    │  ffff800010002460 t file_tty_write   │
    │▸ ffff800010002634 t tty_write        │
    │  ffff800010002654 T redirected_tty_w…│
    └──────────────────────────────────────┘
     tty_write  sym ✓  slot ✓  rel ✓  BTF ✗
     / search  Tab pane  ? keys  q quit
    "
  `);
});

test('39×9: a sentence', () => {
  expect(draw(storyAt(39, 9))).toMatchInlineSnapshot(`
    "
    terminal too small: 39x9, needs 40x10
    "
  `);
});

test('a terminal that has only ASCII', () => {
  expect(draw(storyAt(60, 15).press('2', 'x'), asciiTheme)).toMatchInlineSnapshot(`
    "
     kinspect  vmlinux - mcount all zero in the file
    + Bytes at mcount slot 82 -- .init.data, file offset 0x9bf~+
    |> ffff800010008bf8 0000000000000000 > tty_write           |
    |  ffff800010008c00 0000000000000000 > redirected_tty_write|
    |  ffff800010008c08 0000000000000000 > show_cons_active    |
    |  ffff800010008c10 0000000000000000 > free_tty_struct     |
    |  ffff800010008c18 0000000000000000 > tty_release         |
    |  ffff800010008c20 0000000000000000 > tty_ioctl           |
    |  ffff800010008c28 0000000000000000 > iterate_tty_read    |
    |  ffff800010008c30 0000000000000000 > tty_read            |
    |  ffff800010008c38 0000000000000000 > start_tty           |
    |  ffff800010008c40 0000000000000000 > get_tty_driver.cons~|
    +----------------------------------------------------------+
     tty_write  symbol y  slot y 82 (zero)  reloc y  BTF n
     / search  b words/bytes  Enter follow  ? keys  Esc close
    "
  `);
});

test('200×60: all four panes', async () => {
  await expect(draw(storyAt(200, 60))).toMatchFileSnapshot('drawings/browse-200x60.txt');
});

test('200×60: the hits with their prototypes', async () => {
  const at = await searched(storyAt(200, 60), 'tty_wr');
  await expect(draw(at.press('down'))).toMatchFileSnapshot('drawings/search-200x60.txt');
});

test('120×40: the hits without, where most prototypes would be cut off', async () => {
  const at = await searched(storyAt(120, 40), 'tty_wr');
  await expect(draw(at)).toMatchFileSnapshot('drawings/search-120x40.txt');
});

test('200×60: the help in two columns', async () => {
  await expect(draw(storyAt(200, 60).press('?'))).toMatchFileSnapshot('drawings/help-200x60.txt');
});

test('120×40: a kernel where the record is there', async () => {
  await expect(draw(deskOf('x86', 120, 40).goTo('tty_write'))).toMatchFileSnapshot('drawings/x86-120x40.txt');
});

describe('why', () => {
  test('80×24: the report, its cursor and what made the BTF', async () => {
    const at = await whyOf('tty_write', 80, 24);
    expect(draw(at.press('j', 'j'))).toMatchInlineSnapshot(`
      "
       kinspect  vmlinux · Linux 5.10.0-kinspect · mcount all zero in the file
      ┌ Why tty_write ────────────────────────────────────────── lines 1 to 19 of 54 ┐
      │  tty_write: no BTF FUNC record                                               │
      │  file          vmlinux-aarch64                                               │
      │  because       it is traceable, but its mcount slot 82 is zero in the file   │
      │                and gets ffff800010002634 only at boot, from .rela.dyn, since │
      │                the kernel was linked with --no-apply-dynamic-relocs; pahole  │
      │                1.20 read 164 zeros, saw 0 functions and fell back to         │
      │                external ones, and it is static                               │
      │                [root cause: zero region, filled at boot]                     │
      │▸ prototype     ssize_t tty_write(struct kiocb *iocb, struct iov_iter *from)  │
      ││               [no FUNC record; DWARF, DIE 0x65ec in drivers/tty/tty_io.c;   │
      ││               so since Linux 5.11 and 5.10.11]                              │
      │                                                                              │
      │  Evidence                                                                    │
      │  symbol        ffff800010002634 FUNC LOCAL (static), 32 bytes in .text       │
      │                [.symtab row 243 at file offset 0x1fdc0]                      │
      │  mcount slot   in the ftrace list: slot 82, zero in the file,                │
      │                ffff800010002634 after relocation                             │
      │                [mcount region, ffff800010008bf8 at file offset 0x9bf8]       │
      │  relocation    R_AARCH64_RELATIVE, addend ffff800010002634                   │
      └──────────────────────────────────────────────────────────────────────────────┘
       decisions by pahole 1.20, the same names as the BTF
       / search  Enter go there  w why  r replay  - back  ? keys  Esc close
      "
    `);
  });

  test('80×24: before the DWARF is read', () => {
    expect(draw(storyAt(80, 24).press('w'))).toMatchInlineSnapshot(`
      "
       kinspect  vmlinux · Linux 5.10.0-kinspect · mcount all zero in the file
      ┌ Why tty_write ────────────────────────────────────────── lines 1 to 19 of 31 ┐
      │  tty_write: no BTF FUNC record                                               │
      │▸ file          vmlinux-aarch64                                               │
      │  because       it is traceable, but its mcount slot 82 is zero in the file   │
      │                and gets ffff800010002634 only at boot, from .rela.dyn, since │
      │                the kernel was linked with --no-apply-dynamic-relocs; pahole  │
      │                before 1.22 read 164 zeros, saw 0 functions and fell back to  │
      │                external ones, and it is static (inferred: the DWARF is not   │
      │                read yet)                                                     │
      │                [root cause: zero region, filled at boot]                     │
      │  prototype     ssize_t tty_write(struct kiocb *, struct iov_iter *)          │
      │                [no FUNC record and no DIE; told by redirected_tty_write,     │
      │                type id 313, which the same commits changed; so since Linux   │
      │                5.11 and 5.10.11]                                             │
      │                                                                              │
      │  Evidence                                                                    │
      │  symbol        ffff800010002634 FUNC LOCAL (static), 32 bytes in .text       │
      │                [.symtab row 243 at file offset 0x1fdc0]                      │
      │  mcount slot   in the ftrace list: slot 82, zero in the file,                │
      │                ffff800010002634 after relocation                             │
      └──────────────────────────────────────────────────────────────────────────────┘
       the DWARF is not read yet (until then what symbols and BTF tell)
       / search  Enter go there  w why  r replay  - back  ? keys  Esc close
      "
    `);
  });

  test('200×60: the four panes beside it', async () => {
    await expect(draw(await whyOf('tty_write', 200, 60))).toMatchFileSnapshot('drawings/why-200x60.txt');
  });

  test('a kernel without DWARF', async () => {
    expect(draw(await whyOf('tty_write', 80, 24, 'arm32'))).toMatchInlineSnapshot(`
      "
       kinspect  vmlinux · arm · Linux 5.10.0-kinspect · mcount filled · 151 BTF FUNC
      ┌ Why tty_write ────────────────────────────────────────── lines 1 to 19 of 20 ┐
      │  tty_write: has a BTF FUNC record                                            │
      │▸ file          arm32                                                         │
      │  answer        it has a FUNC record                                          │
      │                [root cause: has a record]                                    │
      │  prototype     ssize_t tty_write(struct kiocb *iocb, struct iov_iter *from)  │
      │                [FUNC record, type id 349, section 7 (.BTF); so since Linux   │
      │                5.11 and 5.10.11]                                             │
      │                                                                              │
      │  Evidence                                                                    │
      │  symbol        c0009de4 FUNC LOCAL (static), 24 bytes in .text               │
      │                [.symtab row 305 at file offset 0xb48c]                       │
      │  mcount slot   in the ftrace list: slot 82, c0009de4 in the file             │
      │                [mcount region, c000fe88 at file offset 0x8e88]               │
      │  relocation    R_ARM_RELATIVE, the addend is the word in the file            │
      │                [.rel.dyn entry 329 at file offset 0x9a6c]                    │
      │  DIE           the file has no DWARF (.debug_info), and no separate debug    │
      │                file is where its build id and debug link say                 │
      │  BTF           [349] FUNC ssize_t tty_write(struct kiocb *iocb, struct       │
      │                iov_iter *from)                                               │
      └──────────────────────────────────────────────────────────────────────────────┘
       inferred: the file has no DWARF (.debug_info), and no separate debug file is w…
       / search  Enter go there  w why  r replay  - back  ? keys  Esc close
      "
    `);
  });
});

describe('the overview of causes', () => {
  test('80×24: the table', async () => {
    const at = await causesOf(80, 24);
    expect(draw(at.press('j', 'j'), monoTheme)).toMatchInlineSnapshot(`
      "
       kinspect  vmlinux · Linux 5.10.0-kinspect · mcount all zero in the file
      ┌ Causes ─────────────────────────────────────────────────────── 178 functions ┐
      │    symbols     names      % cause                                            │
      │         92        92   51.7 has a record                                     │
      │         11        11    6.2 a compiler's clone                               │
      │▸         7         7    3.9   constprop                                      │
      │          4         4    2.2   isra                                           │
      │          6         6    3.4 no DIE of this name                              │
      │          3         3    1.7 declared only                                    │
      │          1         1    0.6 parameter without a name                         │
      │         64        62   36.0 zero region, filled at boot                      │
      │          1         1    0.6 static, and the list is empty                    │
      │                                                                              │
      │                                                                              │
      │                                                                              │
      │                                                                              │
      │                                                                              │
      │                                                                              │
      │                                                                              │
      │  a compiler's clone: a parameter has become a constant                       │
      │                                                                              │
      └──────────────────────────────────────────────────────────────────────────────┘
       decisions by pahole 1.20, the same names as the BTF
       / search  Enter open  f filter  w why  r replay  - back  ? keys  Esc close
      "
    `);
  });

  test('80×24: the functions of a cause, filtered', async () => {
    const at = (await causesOf(80, 24)).press('j', 'j', 'enter', 'f').type('tty');
    expect(draw(at)).toMatchInlineSnapshot(`
      "
       kinspect  vmlinux · Linux 5.10.0-kinspect · mcount all zero in the file
      ┌ a compiler's clone: constprop ────────────────────────────── filter: tty · 2 ┐
      │  function                          verdict           unit                    │
      │▸ get_tty_driver.constprop.0                                                  │
      │  tty_ldisc_close.constprop.0.isra…                                           │
      │                                                                              │
      │                                                                              │
      │                                                                              │
      │                                                                              │
      │                                                                              │
      │                                                                              │
      │                                                                              │
      │                                                                              │
      │                                                                              │
      │                                                                              │
      │                                                                              │
      │                                                                              │
      │                                                                              │
      │                                                                              │
      │  it is a clone of get_tty_driver, which has no record either; the compiler   │
      │  made it, and no DIE has its name; a parameter has become a constant         │
      └──────────────────────────────────────────────────────────────────────────────┘
      filter functions: tty
       Enter accept  Esc cancel                                                1 of 2
      "
    `);
  });

  test('200×60: the report on the function beside the list', async () => {
    const at = (await causesOf(200, 60)).press('G', 'k', 'enter');
    await expect(draw(at)).toMatchFileSnapshot('drawings/causes-200x60.txt');
  });

  test('is drawn with ASCII alone where the terminal has no more', async () => {
    for (const at of [await whyOf('tty_write', 80, 24), await causesOf(200, 60)]) {
      expect(draw(at, asciiTheme)).toMatch(/^[\x20-\x7e\n]*$/);
    }
  });
});
