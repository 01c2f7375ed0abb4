/** Relocation types of i386. Source: System V ABI, Intel386 supplement, table 4.4. */
import { defineMachine } from './define.ts';

export const i386 = defineMachine({
  prefix: 'R_386_',
  relative: [8],
  absolute: { 1: 4, 20: 2, 22: 1 },
  none: [0],
  names: `
0 NONE 32 PC32 GOT32 PLT32 COPY GLOB_DAT JUMP_SLOT RELATIVE GOTOFF GOTPC 32PLT
14 TLS_TPOFF TLS_IE TLS_GOTIE TLS_LE TLS_GD TLS_LDM 16 PC16 8 PC8 TLS_GD_32 TLS_GD_PUSH TLS_GD_CALL TLS_GD_POP
  TLS_LDM_32 TLS_LDM_PUSH TLS_LDM_CALL TLS_LDM_POP TLS_LDO_32 TLS_IE_32 TLS_LE_32 TLS_DTPMOD32 TLS_DTPOFF32
  TLS_TPOFF32
39 TLS_GOTDESC TLS_DESC_CALL TLS_DESC IRELATIVE GOT32X
`,
});
