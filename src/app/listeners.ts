/** Who listens to a cell of state: told after each change, one by one, also when one of them stops listening meanwhile. */
export interface Listeners {
  /** Called after each change; answers the function that ends it. */
  subscribe(listener: () => void): () => void;
  tell(): void;
  clear(): void;
}

export function createListeners(): Listeners {
  const listeners = new Set<() => void>();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell() {
      for (const listener of [...listeners]) listener();
    },
    clear: () => listeners.clear(),
  };
}
