// Names of what is released: `routes.orders` is shown as `orders`, a release of it as `orders@v2`.

export function shortSubject(subject: string): string {
  return subject.replace(/^(routes|models|prompts)\./, "");
}

export function releaseName(subject: string | null, release: string | null): string | undefined {
  if (subject === null) return undefined;
  return release === null ? shortSubject(subject) : `${shortSubject(subject)}@${release}`;
}
