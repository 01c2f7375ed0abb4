/** Promise.withResolvers, which Ink 8 uses and Node 20 lacks. */

export interface Resolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

/** A promise and what settles it. */
export function withResolvers<T>(): Resolvers<T> {
  let settle: Omit<Resolvers<T>, 'promise'> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // A promise runs its executor before its constructor answers.
  return { promise, ...(settle as Omit<Resolvers<T>, 'promise'>) };
}

/** To be called before Ink is imported. */
export function polyfillWithResolvers(): void {
  if (!('withResolvers' in Promise)) Object.defineProperty(Promise, 'withResolvers', { value: withResolvers });
}
