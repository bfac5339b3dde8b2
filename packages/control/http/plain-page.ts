// A page of a heading and a sentence, for the few places that have no application to show.

/** Both arguments are trusted HTML: never put anything into them that came from outside. */
export function plainPage(title: string, sentence: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>body { font: 15px/1.6 system-ui, sans-serif; max-width: 40rem; margin: 20vh auto; padding: 0 1.5rem }</style>
</head>
<body>
<main><h1>${title}</h1><p>${sentence}</p></main>
</body>
</html>
`;
}
