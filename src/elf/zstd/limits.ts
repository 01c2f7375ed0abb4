/** The largest block, packed or unpacked (RFC 8878, section 3.1.1.2.4). */
export const mostBlock = 1 << 17;
