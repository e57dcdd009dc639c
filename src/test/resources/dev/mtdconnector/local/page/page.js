(() => {
  const opened = () => [...document.querySelectorAll('details')].map(d => d.open);
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href, {cache: 'no-store'});
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('live');
      const live = document.getElementById('live');
      for (const part of ['header', 'main']) {
        const now = live.querySelector(part), next = fresh.querySelector(part);
        const open = opened(), selecting = String(getSelection()) !== '' || now.contains(document.activeElement);
        now.querySelectorAll('details[open]').forEach(d => d.removeAttribute('open'));
        const changed = now.innerHTML !== next.innerHTML;
        if (changed && !selecting) now.replaceWith(next);
        document.querySelectorAll('details').forEach((d, i) => { d.open = !!open[i]; });
      }
    } catch { /* The simulator is restarting: the next round asks again. */ }
  }, 2000);
})();
