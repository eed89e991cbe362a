import { html } from 'hono/html'
import { rejectReasons } from '../../schemas/review.ts'
import { keys } from './keys.ts'
import type { Html } from './rich-text.ts'

/** The page itself. It holds nothing of the run: that is asked for with the token. */
export function page(nonce: string): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Twinstill review</title>
        <link rel="stylesheet" href="/style.css" nonce="${nonce}" />
        <script type="module" src="/client/main.js" nonce="${nonce}"></script>
      </head>
      <body>
        <header>
          <h1>Review <bdi id="run"></bdi></h1>
          <p id="place" class="place"></p>
          <progress id="progress" max="1" value="0" aria-label="Pairs with a verdict"></progress>
          <button type="button" data-act="help" id="help-button" aria-haspopup="dialog">? keys</button>
          <p id="gate" role="status"></p>
          <details id="menu">
            <summary>Filter and figures</summary>
            <div class="menu">
              <label
                >show
                <select id="filter-verdict">
                  <option value="">all</option>
                  <option value="open">without my verdict</option>
                  <option value="accept">approved</option>
                  <option value="reject">rejected</option>
                  <option value="flag">flagged</option>
                  <option value="note">with a note</option>
                </select></label
              >
              <label
                >drawn
                <select id="filter-why">
                  <option value="">all</option>
                </select></label
              >
              <label
                >among
                <select id="filter-stratum">
                  <option value="">all</option>
                </select></label
              >
              <label><input type="checkbox" id="keys-on" checked /> single-letter keys</label>
              <p id="figures"></p>
              <p id="agreement"></p>
              <p>reviewer <bdi id="who"></bdi></p>
            </div>
          </details>
          <form id="search-form" role="search">
            <label for="search">search</label>
            <input id="search" type="search" autocomplete="off" maxlength="200" />
          </form>
        </header>
        <main id="pair" tabindex="-1" aria-label="Pair">
          <form id="name-form" hidden>
            <label for="name">Your name</label>
            <input id="name" autocomplete="off" maxlength="80" required />
            <button type="submit">Begin</button>
          </form>
        </main>
        <footer>
          <form id="note-form" hidden>
            <label for="note">note</label>
            <textarea id="note" rows="2" maxlength="10000"></textarea>
            <button type="submit">Save</button>
          </form>
          <div id="reasons" role="group" aria-label="Reject because" hidden>
            ${Object.entries(rejectReasons).map(
              ([code, sentence], index) =>
                html`<button type="button" data-act="reason" data-reason="${code}" title="${sentence}">
                  <kbd>${String(index + 1)}</kbd> ${code.replaceAll('_', ' ')}
                </button>`,
            )}
          </div>
          <div id="bar" role="toolbar" aria-label="Verdict">
            ${keys
              .filter(({ onBar }) => onBar)
              .map(
                ({ key, act }) =>
                  html`<button type="button" data-act="${act}" class="act-${act}">
                    <kbd>${key}</kbd> ${act}
                  </button>`,
              )}
            <span id="saved" role="status"></span>
          </div>
        </footer>
        <dialog id="help" aria-labelledby="help-title">
          <h2 id="help-title">Keys</h2>
          <table>
            <tbody>
              ${keys.map(
                ({ key, does }) =>
                  html`<tr>
                    <th scope="row"><kbd>${key}</kbd></th>
                    <td>${does}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
          <button type="button" data-act="close-help">Close</button>
        </dialog>
      </body>
    </html>`
}
