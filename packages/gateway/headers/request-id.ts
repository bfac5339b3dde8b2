// A client may name its request, if the name is one that logs and headers can carry unharmed. Pure.
import { LIMITS } from "@holdfast/base";

const SANE = /^[A-Za-z0-9._:/+=@-]+$/;

/** The client's own id if it is sane, else `made`. */
export function requestIdOf(given: string | undefined, made: string): string {
  if (given === undefined || given.length > LIMITS.request_id_characters_max) return made;
  return SANE.test(given) ? given : made;
}
