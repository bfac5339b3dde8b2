// The page that somebody wrote from, without what every address begins with.

export function pageName(page: string): string {
  return page.replace(/^https?:\/\//, "").replace(/\/$/, "");
}
