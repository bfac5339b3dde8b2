// Somebody of the team, over HTTP: makes the first admin or signs in, and calls the API with the session's cookie.
import type { HoldfastProcess } from "./holdfast.ts";

const PASSWORD = "correct horse battery";

type Answer = { status: number; body: unknown };

export type Member = {
  /** A call under /api/v1; the body is the parsed answer. */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** The same within the workspace `default`; throws unless the answer is of the 2xx kind. */
  in<T>(method: string, path: string, body?: unknown): Promise<T>;
};

type Console = Pick<HoldfastProcess, "control">;

export async function firstAdmin(holdfast: HoldfastProcess): Promise<Member> {
  const input = { token: holdfast.setup_token, name: "Ada", email: "ada@example.com", password: PASSWORD };
  return memberWith(holdfast, await post(holdfast, "setup", input));
}

/** As the admin that `firstAdmin` made, unless somebody else is named. */
export async function signedIn(
  holdfast: Console,
  { email, password } = { email: "ada@example.com", password: PASSWORD },
): Promise<Member> {
  return memberWith(holdfast, await post(holdfast, "session", { email, password }));
}

async function post(holdfast: Console, path: string, body: unknown): Promise<Response> {
  return fetch(`${holdfast.control}/api/v1/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: holdfast.control },
    body: JSON.stringify(body),
  });
}

async function memberWith(holdfast: Console, welcome: Response): Promise<Member> {
  if (!welcome.ok) throw new Error(`not let in: ${welcome.status} ${await welcome.text()}`);
  const cookie = welcome.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");

  async function call(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${holdfast.control}/api/v1${path}`, {
      method,
      headers: { cookie, origin: holdfast.control, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : undefined };
  }

  return {
    call,
    async in<T>(method: string, path: string, body?: unknown) {
      const answer = await call(method, `/workspaces/default${path}`, body);
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body as T;
    },
  };
}
