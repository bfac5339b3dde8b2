// Expected failures as values; programming errors throw.

export type Ok<T> = { ok: true; value: T };
export type Failed<E> = { ok: false; error: E };
export type Result<T, E> = Ok<T> | Failed<E>;

export function ok<T>(value: T): Ok<T> {
  return { ok: true, value };
}

export function failed<E>(error: E): Failed<E> {
  return { ok: false, error };
}

/** Marks a branch that the types say cannot be reached. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
