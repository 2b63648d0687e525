// related-jobs.js, MIT licence.
// <related-jobs job-id="j1" feed="/feed" limit="6" lang="en"></related-jobs>: a box of related jobs. docs/how-to/embed.md.
// A block: nothing leaks into the page, as a module or as a plain script.
{
// One home for labels: `related-jobs render` reads them here too. In the order of KEYS, one string a language.
const KEYS = `related newest gone locations more_one more promoted remote full_time part_time contract temporary
  internship permanent hour day week month year why_title why_term why_level why_near why_in why_remote why_newer why_pay`.split(/\s+/);
const LABELS = {
  "en": "Related jobs|Newest jobs|This job is closed. Newest of its kind|{n} locations|+{n} similar opening|+{n} similar openings|Promoted|Remote|Full time|Part time|Contract|Temporary|Internship|Permanent|an hour|a day|a week|a month|a year|{v} in both titles|both about {v}|same level|{v} away|also in {v}|also remote|newer|pays {v} more",
  "de": "Ähnliche Stellen|Neueste Stellen|Stelle nicht mehr offen. Neueste ähnliche|{n} Orte|+{n} ähnliche Stelle|+{n} ähnliche Stellen|Anzeige|Homeoffice|Vollzeit|Teilzeit|Auftrag|Befristet|Praktikum|Unbefristet|je Stunde|je Tag|je Woche|je Monat|je Jahr|{v} in beiden Titeln|beide über {v}|gleiche Stufe|{v} entfernt|auch in {v}|auch im Homeoffice|neuer|zahlt {v} mehr",
  "fr": "Offres similaires|Dernières offres|Offre close. Les plus récentes du même métier|{n} lieux|+{n} offre proche|+{n} offres proches|Sponsorisée|Télétravail|Temps plein|Temps partiel|Mission|Temporaire|Stage|CDI|par heure|par jour|par semaine|par mois|par an|{v} dans les deux titres|{v} dans les deux offres|même niveau|à {v}|aussi à {v}|aussi en télétravail|plus récente|payée {v} de plus",
  "nl": "Vergelijkbare vacatures|Nieuwste vacatures|Vacature gesloten. De nieuwste van dezelfde soort|{n} locaties|+{n} soortgelijke vacature|+{n} soortgelijke vacatures|Gesponsord|Op afstand|Voltijd|Deeltijd|Opdracht|Tijdelijk|Stage|Vast|per uur|per dag|per week|per maand|per jaar|{v} in beide titels|beide over {v}|zelfde niveau|{v} verderop|ook in {v}|ook op afstand|nieuwer|betaalt {v} meer",
  "es": "Empleos relacionados|Empleos más recientes|Oferta cerrada. Las más recientes del mismo tipo|{n} lugares|+{n} oferta similar|+{n} ofertas similares|Promocionado|A distancia|Jornada completa|Media jornada|Contrato|Temporal|Prácticas|Indefinido|por hora|al día|a la semana|al mes|al año|{v} en ambos títulos|{v} en ambas ofertas|mismo nivel|a {v}|también en {v}|también a distancia|más reciente|paga {v} más",
  "pt": "Vagas relacionadas|Vagas mais recentes|Vaga encerrada. As mais recentes do mesmo tipo|{n} locais|+{n} vaga semelhante|+{n} vagas semelhantes|Patrocinada|Remoto|Tempo integral|Meio período|Contrato|Temporário|Estágio|Efetivo|por hora|por dia|por semana|por mês|por ano|{v} nos dois títulos|{v} nas duas vagas|mesmo nível|a {v}|também em {v}|também remota|mais recente|paga {v} a mais"
};
const CSS = `
:host{display:block;container-type:inline-size;font:var(--related-jobs-font,inherit);line-height:1.4}
.rj{color:var(--related-jobs-text,light-dark(#1c2024,#edeef0));--rj-a:var(--related-jobs-accent,light-dark(#0b57b0,#8cc0ff));--rj-m:var(--related-jobs-muted,light-dark(#545c65,#a9b1ba));--rj-l:var(--related-jobs-line,light-dark(#d5d9de,#3a3f45))}
.rj *{box-sizing:border-box;margin:0;padding:0}
.rj .rj-heading{font-size:1.25em;font-weight:700;line-height:1.3;margin-block-end:.6em}
.rj ul{list-style:none}
.rj .rj-list{display:grid;gap:var(--related-jobs-gap,.75rem);align-items:start;grid-template-columns:repeat(var(--rj-columns,1),minmax(0,1fr))}
.rj .rj-card{position:relative;display:flex;flex-direction:column;gap:.15rem;min-block-size:var(--related-jobs-card-height,11.75em);padding:.8em .95em;border:1px solid var(--rj-l);border-radius:var(--related-jobs-radius,.6rem);background:var(--related-jobs-surface,light-dark(#fff,#1d2024))}
.rj-title{text-decoration:none;color:var(--rj-a);display:-webkit-box;overflow:hidden;overflow-wrap:anywhere}
.rj-title,.rj-why{-webkit-box-orient:vertical;-webkit-line-clamp:2}
.rj-card>.rj-title::after{content:"";position:absolute;inset:0}
.rj :focus-visible,.rj-card:has(>:focus-visible){outline:2px solid var(--rj-a);outline-offset:1px}
.rj-card p{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.rj .rj-why{display:-webkit-box;white-space:normal}
.rj-meta,.rj-family{font-size:.93em}
.rj-facts,.rj-why{font-size:.86em;color:var(--rj-m)}
.rj [dir]{text-align:-webkit-match-parent;text-align:match-parent}
.rj .rj-family{position:relative;z-index:1;margin-block-start:auto}
.rj summary{cursor:pointer;padding-block:.2em;color:var(--rj-a)}
.rj-title,.rj-promoted,.rj summary{font-weight:600}
.rj-family li{padding-block:.3em;border-block-start:1px solid var(--rj-l)}
.rj small{color:var(--rj-m)}
@container (width>36em){.rj{--rj-columns:2}}
@container (width>62em){.rj{--rj-columns:3}}
`;

const own = (object, key) => (object && Object.hasOwn(object, key) ? object[key] : undefined);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => own(values, name) ?? all);

// The feed. A key's shard is the one whose name begins with the first bits of the key's CRC-32.
const asked = new Map();
const get = (url, anew) => {
  if (anew || !asked.has(url)) {
    const answer = fetch(url, anew && { cache: "reload" }).then((r) =>
      r.ok ? r.json() : Promise.reject(Error(r.status + " " + url)));
    answer.catch(() => asked.delete(url));
    asked.set(url, answer);
  }
  return asked.get(url);
};
const bits = (key) => {
  let crc = -1;
  for (const byte of new TextEncoder().encode(key)) {
    crc ^= byte;
    for (let k = 8; k--; ) crc = (crc >>> 1) ^ (crc & 1 && 0xedb88320);
  }
  return (~crc >>> 0).toString(2).padStart(32, "0");
};
const manifest = (feed, anew) => get(`${feed}/manifest.json`, anew).then((m) =>
  m.schema_version === 2 ? m : Promise.reject(Error("feed version " + m.schema_version)));
async function shard(feed, key, anew) {
  const { index, shards } = await manifest(feed, anew), all = bits(key);
  const named = (names, folder) => {
    for (let n = 0; n <= 32; n++) {
      const digest = own(names, all.slice(0, n));
      if (digest) return get(`${feed}/${folder}/${all.slice(0, n) || "all"}-${digest}.json`);
    }
    return {};
  };
  try {
    return await named(shards ?? (await named(index, "index")).shards, "shards");
  } catch (error) {
    // A page that slept may hold a manifest whose files are gone: it asks for a new one, once.
    if (anew) throw error;
    return shard(feed, key, true);
  }
}
async function find(feed, id, source, hops = 0) {
  const { job_files, newest, run_date } = await manifest(feed);
  const file = job_files && /^j[0-9a-f]{16}$/.test(id) && await get(`${feed}/jobs/${id}.json`).catch(() => 0);
  const found = file || await shard(feed, id);
  const job = own(found.jobs, id), alias = own(found.ids, id), gone = own(found.gone, id);
  if (job?.related.length) return { kind: "related", job: id, run_date, cards: job.related };
  if (alias && hops < 3) return find(feed, own(alias, source) ?? Object.values(alias)[0], source, hops + 1);
  const kin = gone && own((await shard(feed, gone.cluster)).newest, gone.cluster);
  if (kin) return { kind: "gone", job: id, run_date, cards: kin };
  return { kind: "newest", job: id, run_date, cards: (await get(`${feed}/${newest}`)).newest.filter((c) => c.id !== id) };
}

// Elements are made one by one and texts set as texts: nothing from a feed is ever read as markup.
const make = (tag, attributes, ...children) => {
  const element = document.createElement(tag);
  if (attributes.part) element.className = `rj-${attributes.part}`;
  for (const [name, value] of Object.entries(attributes)) if (value != null) element.setAttribute(name, value);
  element.append(...children.filter((child) => child));
  return element;
};

class RelatedJobs extends HTMLElement {
  static observedAttributes = ["job-id", "source", "feed", "limit", "lang", "href", "params", "labels"];
  #turn = 0;
  #shadow = this.attachShadow({ mode: "open" });

  connectedCallback() {
    if (!this.#shadow.adoptedStyleSheets.length) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(CSS);
      this.#shadow.adoptedStyleSheets = [sheet];
      // What the server wrote between the tags stays in sight until there is something better.
      this.#shadow.append(this.childElementCount ? make("slot", {}) : this.#nav("related", this.#placeholders(), true));
    }
    this.#start();
  }
  attributeChangedCallback(name, before, now) {
    if (this.isConnected && this.#turn && before !== now) this.#start();
  }
  disconnectedCallback() {
    this.#seen?.disconnect();
  }

  async #start() {
    const turn = ++this.#turn;
    await null; // several attributes set in one go are one change
    if (turn !== this.#turn || !this.isConnected) return;
    try {
      const box = this.#written() ?? await find(this.#feed, this.getAttribute("job-id") ?? "", this.getAttribute("source"));
      if (turn === this.#turn) this.#show(box);
    } catch (error) {
      if (turn !== this.#turn) return;
      if (!this.childElementCount) this.#shadow.replaceChildren();
      this.#tell("error", { error });
    }
  }
  #written() {
    const box = JSON.parse(this.querySelector("script[type='application/json']")?.textContent ?? "{}");
    return box.asked && box.asked === this.getAttribute("job-id") ? box : null;
  }
  get #feed() {
    return new URL(this.getAttribute("feed") || "/feed", document.baseURI).href.replace(/\/$/, "");
  }
  get #limit() {
    return +this.getAttribute("limit") || 6;
  }
  get #lang() {
    return this.closest("[lang]")?.lang || navigator.language || "en";
  }
  /** Labels of a site's own, by the names in KEYS: they win over ours. */
  set labels(own) {
    this.setAttribute("labels", JSON.stringify(own));
  }
  #say(key, values = {}) {
    const list = (own(LABELS, this.#lang.slice(0, 2).toLowerCase()) ?? LABELS.en).split("|");
    return fill(own(JSON.parse(this.getAttribute("labels")), key) ?? list[KEYS.indexOf(key)] ?? "", values);
  }

  #show(box) {
    const cards = box.cards.slice(0, this.#limit);
    this.box = box;
    this.#shadow.replaceChildren(this.#nav(box.kind, cards.map((card, n) => this.#card(card, n + 1))));
    this.#watch(cards);
    this.#tell("ready", { job: box.job, kind: box.kind });
  }
  #nav(kind, items, busy) {
    const heading = this.#say(kind), level = this.getAttribute("heading-level") || 2;
    const nav = make("nav", { class: "rj", "aria-label": heading, "aria-busy": busy },
      make(`h${level}`, { part: "heading", dir: "auto" }, heading),
      make("ul", { part: "list", role: "list" }, ...items));
    nav.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (link) this.#tell("click", { ...link.card, href: link.href, job: this.box.job });
    });
    return nav;
  }
  #placeholders() {
    return Array.from({ length: this.#limit }, () => make("li", { part: "card", "aria-hidden": true }));
  }
  #card(card, rank) {
    const text = (part, value) => value && make("span", { part, dir: "auto" }, value);
    const place = card.places ? this.#say("locations", { n: card.places }) : card.place || this.#say(card.remote);
    const age = card.posted && make("time", { datetime: card.posted, part: "age", dir: "auto" }, this.#age(card.posted));
    const line = (part, ...all) => make("p", { part }, ...all.filter(Boolean).flatMap((one, n) => (n ? [" · ", one] : [one])));
    const why = card.why ? this.#why(card) : "";
    return make("li", { part: "card" },
      this.#link(card, rank, "title"),
      line("meta", text("employer", card.employer), text("place", place)),
      line("facts", card.promoted && text("promoted", this.#say("promoted")), text("pay", this.#pay(card.pay)), age, text("type", this.#say(card.type))),
      // A reason may begin with a word of the ad: its direction is that of the labels around it, not that of the word.
      why && make("p", { part: "why", dir: this.hasAttribute("labels") ? null : "auto", title: why }, why),
      card.similar && card.family && this.#family(card, rank));
  }
  #link(card, rank, part) {
    const href = this.#href(card, rank);
    const link = make(href ? "a" : "span", { class: "rj-title", part, href, lang: card.lang, dir: "auto" }, card.title);
    link.card = { card: card.id, rank };
    return link;
  }
  #href(card, rank) {
    const template = this.getAttribute("href"), values = { id: card.id, rank, job: this.box.job };
    const coded = Object.fromEntries(Object.entries(values).map(([k, v]) => [k, encodeURIComponent(v)]));
    try {
      const url = new URL(template ? fill(template, coded) : card.url, document.baseURI);
      for (const [k, v] of new URLSearchParams(this.getAttribute("params") ?? "")) url.searchParams.append(k, fill(v, values));
      return /^https?:$/.test(url.protocol) ? url.href : null;
    } catch {
      return null;
    }
  }
  #family(card, rank) {
    const list = make("ul", { role: "list" });
    const count = new Intl.PluralRules(this.#lang).select(card.similar) === "one" ? "more_one" : "more";
    const box = make("details", { part: "family" },
      make("summary", { part: "more", dir: "auto" }, this.#say(count, { n: card.similar })), list);
    box.addEventListener("toggle", async () => {
      if (!box.open || list.childElementCount) return;
      const found = own(this.box.families, card.family) ??
        own((await shard(this.#feed, card.family).catch(() => ({}))).families, card.family) ?? [];
      const others = found.filter((other) => other.id !== card.id && other.id !== this.box.job);
      list.replaceChildren(...others.map((other) => make("li", {}, this.#link(other, rank, "similar"),
        make("small", { dir: "auto" }, other.places ? this.#say("locations", { n: other.places }) : other.place))));
    });
    return box;
  }
  #why(card) {
    const words = {};
    for (const [kind, value] of card.why) {
      const also = /^also in (.+)/.exec(value), km = /^(\d+) km/.exec(value);
      if (kind === "near" && also) words.in = [also[1]];
      else if (kind === "near" && km) words.near = [new Intl.NumberFormat(this.#lang, { style: "unit", unit: "kilometer" }).format(km[1])];
      else (words[kind] ??= []).push(kind === "pay" ? value.replace(" more", "") : value);
    }
    const list = new Intl.ListFormat(this.#lang);
    const said = ["title", "term", "level", "near", "in", "remote", "newer", "pay"].filter((k) => words[k])
      .map((k) => this.#say(`why_${k}`, { v: list.format(words[k]) })).join("; ") || card.reason;
    return said && said[0].toLocaleUpperCase(this.#lang) + said.slice(1);
  }
  #age(day) {
    const days = Math.max(0, Math.floor((Date.now() - Date.parse(day)) / 864e5));
    const [n, unit] = days < 14 ? [1, "day"] : days < 60 ? [7, "week"] : [30.4, "month"];
    return new Intl.RelativeTimeFormat(this.#lang, { numeric: "auto" }).format(-Math.floor(days / n), unit);
  }
  #pay(pay) {
    if (!pay) return "";
    const low = pay.min ?? pay.max, high = pay.max ?? pay.min;
    const unit = pay.currency && { style: "currency", currency: pay.currency };
    try {
      const format = new Intl.NumberFormat(this.#lang, { ...unit, ...(high < 1e4 || { notation: "compact" }), maximumFractionDigits: 1 });
      return `${low < high ? format.formatRange(low, high) : format.format(high)} ${this.#say(pay.period)}`.trim();
    } catch {
      return "";
    }
  }

  #seen;
  #watch(cards) {
    this.disconnectedCallback();
    this.#seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      this.#seen.disconnect();
      const { job, kind, run_date } = this.box;
      this.#tell("impression", { job, kind, run_date, cards: cards.map((c) => c.id) });
    }, { threshold: 0.1 });
    this.#seen.observe(this.#shadow.querySelector("nav"));
  }
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(`related-jobs-${name}`, { bubbles: true, composed: true, detail }));
  }
}
if (!customElements.get("related-jobs")) customElements.define("related-jobs", RelatedJobs);
}
