// Whether what the written pages link to is there: the file, and the heading in it. What lies on other machines is not asked.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const PAGES = ["*.md", "docs/**/*.md", "packages/*/README.md"];

/** Links that lead nowhere, each as `page → link`. Paths are taken from the page that has them. */
export function brokenLinks(root: string, pages: readonly string[] = globSync(PAGES, { cwd: root })): string[] {
  return pages.flatMap((page) => {
    const from = join(root, page);
    const broken = linksIn(readFileSync(from, "utf8")).filter((link) => !leadsSomewhere(from, link));
    return broken.map((link) => `${relative(root, from)} → ${link}`);
  });
}

function linksIn(text: string): string[] {
  const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link as string);
  return links.filter((link) => !/^[a-z]+:/.test(link));
}

function leadsSomewhere(from: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const to = path === "" ? from : join(dirname(from), path);
  return existsSync(to) && (anchor === undefined || anchorsIn(readFileSync(to, "utf8")).includes(anchor));
}

/** As GitHub makes them of headings. */
function anchorsIn(text: string): string[] {
  const headings = [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading as string);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function withoutCode(text: string): string {
  return text.replace(/^```.*?^```/gms, "");
}
