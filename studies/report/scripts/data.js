// The page's data: compressed JSON in a script element that no browser runs.

/** Open what the page holds. */
export async function opened(id) {
  const word = document.getElementById(id).textContent.trim();
  const bytes = Uint8Array.from(atob(word), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}
