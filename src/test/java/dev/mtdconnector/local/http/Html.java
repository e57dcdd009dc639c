package dev.mtdconnector.local.http;

/** Writes the simulator's pages: one look, no script, nothing loaded from anywhere. */
public final class Html {

    private static final String STYLE = """
            :root{color-scheme:light dark;--ink:#1b1f24;--soft:#5a6472;--line:#d7dce2;--card:#fff;--back:#f2f4f7;--act:#0b5cad;--bad:#b3261e}
            @media(prefers-color-scheme:dark){:root{--ink:#e8ebef;--soft:#a7b0bc;--line:#3a424d;--card:#1d2228;--back:#12161b;--act:#6cb2ff;--bad:#ff8f85}}
            *{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
            main{max-width:34rem;margin:6vh auto;padding:2rem;background:var(--card);border:1px solid var(--line);border-radius:12px}
            main>:first-child{margin-top:0}main.wide{max-width:70rem;margin:2rem auto}h1{font-size:1.4rem;margin:0 0 .5rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}
            p.soft,.soft{color:var(--soft)}ul{padding-left:1.2rem}label{display:block;margin:.4rem 0}
            fieldset{border:1px solid var(--line);border-radius:8px;margin:1rem 0;padding:.5rem 1rem}
            .row{display:flex;gap:.75rem;justify-content:flex-end;margin-top:1.5rem}
            button{font:inherit;padding:.5rem 1.25rem;border-radius:8px;border:1px solid var(--line);background:transparent;color:inherit;cursor:pointer}
            button.act{background:var(--act);border-color:var(--act);color:#fff}
            @media(prefers-color-scheme:dark){button.act{color:#10151b}}
            button:focus-visible,input:focus-visible,a:focus-visible{outline:3px solid var(--act);outline-offset:2px}
            .row.reversed{flex-direction:row-reverse;justify-content:flex-start}.problem{color:var(--bad)}
            .tiles{display:grid;gap:.25rem;margin:1.25rem -1rem 0}
            .tile{display:flex;gap:1rem;align-items:center;width:100%;padding:.45rem 1rem;text-align:left;text-decoration:none;color:inherit;border:1px solid transparent;border-radius:8px}
            .tile:hover{background:var(--back);border-color:var(--line)}.tile>.who>*{display:block;overflow-wrap:anywhere}.tile>.who{min-width:0;line-height:1.35}.tile .soft{font-size:.85em}
            .face{flex:none;display:grid;place-items:center;width:2.75rem;height:2.75rem;border-radius:50%;background:var(--back);border:1px solid var(--line);color:var(--act);font-weight:600}
            .tile:hover>.face{background:var(--card)}
            input.line{display:block;width:100%;margin-top:.35rem;padding:.55rem .75rem;font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:8px}
            table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
            code,pre{font:.9em ui-monospace,monospace;overflow-wrap:anywhere}pre{white-space:pre-wrap}a{color:var(--act)}
            """;

    private Html() {}

    /**
     * A page.
     *
     * @param content HTML; whatever comes from outside must have been through {@link #escape}
     */
    public static String page(String title, boolean wide, String content) {
        return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>" + escape(title)
                + "</title><style>" + STYLE + "</style></head><body><main" + (wide ? " class=\"wide\"" : "") + ">"
                + content + "</main></body></html>";
    }

    /** Text made safe for content and for attributes in quotes. */
    public static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
