/** The visible window of a list: which position is at the top, so that the cursor is seen. */

/** Rows kept between the cursor and the edge, so that one sees what comes next. */
const margin = 2;

const edgeOf = (height: number): number => Math.min(margin, Math.floor((height - 1) / 2));

/** The top that shows `cursor` after a small move: scroll only as far as needed. */
export function scrollTo(top: number, cursor: number, height: number, length: number): number {
  if (height <= 0) return 0;
  const edge = edgeOf(height);
  let next = top;
  if (cursor < next + edge) next = cursor - edge;
  if (cursor > next + height - 1 - edge) next = cursor - height + 1 + edge;
  return clampTop(next, height, length);
}

/** The top after a jump: where the row is seen well already nothing moves, else it comes to the middle. */
export function centre(top: number, cursor: number, height: number, length: number): number {
  const near = clampTop(top, height, length);
  if (scrollTo(near, cursor, height, length) === near) return near;
  return clampTop(cursor - Math.floor(height / 2), height, length);
}

export const clampTop = (top: number, height: number, length: number): number =>
  Math.max(0, Math.min(top, length - height));
