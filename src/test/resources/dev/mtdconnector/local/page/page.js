(() => {
  const focusable = () => [...document.querySelectorAll('#live a, #live button, #live summary')];
  setInterval(async () => {
    if (document.hidden || String(getSelection()) !== '') return;
    try {
      const answer = await fetch(location.href, {cache: 'no-store'});
      if (!answer.ok) return;
      const live = document.getElementById('live');
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('live');
      live.querySelectorAll('details[open]').forEach(d => {
        const same = fresh.querySelector('#' + CSS.escape(d.id));
        if (same) same.open = true;
      });
      if (live.innerHTML === fresh.innerHTML) return;
      const focused = focusable().indexOf(document.activeElement);
      live.replaceWith(fresh);
      if (focused >= 0) focusable()[focused]?.focus({preventScroll: true});
    } catch { /* The simulator is restarting: the next round asks again. */ }
  }, 2000);
})();
