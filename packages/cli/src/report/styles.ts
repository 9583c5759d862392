/**
 * The report's style sheet: a page to be read and printed, light and dark, 360 to 1920 pixels wide.
 *
 * Colours c0 to c7 are the palette of Okabe and Ito (2008), distinguishable with the common forms of colour
 * blindness; black and the two blues change places with the theme. No font or image is loaded.
 */

const LIGHT = `--page:#ffffff;--panel:#f7f7f5;--ink:#1c1f23;--ink-soft:#5a6068;--rule:#dcdcd6;--grid:#ececE8;--accent:#7a2e0e;
--link:#0b5394;--hit:#00694c;--miss:#a63f00;--focus:#0072b2;
--c0:#24292f;--c1:#0072b2;--c2:#d55e00;--c3:#009e73;--c4:#cc79a7;--c5:#e69f00;--c6:#56b4e9;--c7:#b8ac00;color-scheme:light;`;

const DARK = `--page:#14171a;--panel:#1c2024;--ink:#e6e6e2;--ink-soft:#a2a8ae;--rule:#343a40;--grid:#262b30;--accent:#f0a35e;
--link:#8cc4f0;--hit:#3fc79b;--miss:#ff9a57;--focus:#56b4e9;
--c0:#f2f2ee;--c1:#56b4e9;--c2:#e8702a;--c3:#12b886;--c4:#d98cb6;--c5:#e69f00;--c6:#2f8fd0;--c7:#f0e442;color-scheme:dark;`;

/** The whole style sheet without that of the charting library. */
export const reportStyle = `
:root{${LIGHT}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${DARK}}}
:root[data-theme=dark]{${DARK}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:4rem;-webkit-text-size-adjust:100%}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
h1,h2{font-family:Charter,"Bitstream Charter","Iowan Old Style",Georgia,Cambria,"Times New Roman",serif;font-weight:600;line-height:1.2;text-wrap:balance}
h1{font-size:clamp(1.75rem,1.2rem + 2vw,2.75rem);margin:.25rem 0 1rem;letter-spacing:-.01em}
h2{font-size:clamp(1.35rem,1.15rem + .8vw,1.75rem);margin:0 0 .5rem}
h3{font-size:1.05rem;line-height:1.35;margin:0}
p{margin:.5rem 0}
a{color:var(--link)}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.875em}
pre{background:var(--panel);border:1px solid var(--rule);border-radius:4px;padding:.85rem 1rem;white-space:pre-wrap;margin:.75rem 0}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px;border-radius:3px}
.hidden{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-999rem}
.skip:focus{left:1rem;top:1rem;background:var(--page);padding:.5rem 1rem;z-index:9}
.layout{max-width:78rem;margin:0 auto;padding:0 clamp(1rem,3vw,2.5rem)}
main{min-width:0}
header.top{padding:clamp(1.25rem,3vw,2.25rem) 0 1rem}
.kicker{color:var(--ink-soft);font-size:.9rem;margin:0}
.lede{font-size:clamp(1.1rem,1rem + .5vw,1.3rem);line-height:1.5;max-width:76ch;margin:0 0 1rem}
.notice{border-left:3px solid var(--miss);background:var(--panel);padding:.6rem 1rem;max-width:70ch}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:0;margin:1rem 0 0;border-top:1px solid var(--rule);border-left:1px solid var(--rule)}
.tiles div{padding:.6rem 1rem;border-right:1px solid var(--rule);border-bottom:1px solid var(--rule)}
.tiles dt{font-size:.82rem;color:var(--ink-soft);line-height:1.35}
.tiles dd{margin:.15rem 0 0;font-size:1.5rem;line-height:1.25;font-variant-numeric:tabular-nums;font-weight:600}
.tiles dd small{display:block;font-size:.82rem;font-weight:400;color:var(--ink-soft)}
.bar{position:sticky;top:0;z-index:5;background:var(--page);border-bottom:1px solid var(--rule);display:flex;flex-wrap:wrap;gap:.4rem;align-items:center;padding:.5rem 0;font-size:.85rem}
.bar .label{color:var(--ink-soft);margin-right:.25rem}
.bar .spacer{flex:1}
button{font:inherit;font-size:.85rem;color:var(--ink);background:var(--page);border:1px solid var(--rule);border-radius:4px;padding:.28rem .7rem;cursor:pointer;min-height:2rem}
button:hover{border-color:var(--ink-soft)}
.bar button[aria-pressed=true]{background:var(--ink);color:var(--page);border-color:var(--ink)}
section{padding:clamp(1.75rem,3vw,2.5rem) 0;border-bottom:1px solid var(--rule)}
section:last-of-type{border-bottom:0}
section>p,section>ul{max-width:72ch}
section>ul{padding-left:1.2rem}
section>ul li{margin:.35rem 0;break-inside:avoid}
#assumed>ul{max-width:none;columns:30rem;column-gap:3rem}
#assumed>ul li:first-child{margin-top:0}
.soft{color:var(--ink-soft);font-size:.9rem}
figure{margin:1.75rem 0 0;min-width:0}
figure+figure{margin-top:2.75rem}
.figure-head{display:flex;flex-wrap:wrap;align-items:baseline;gap:.1rem .75rem}
.unit{color:var(--ink-soft);font-size:.85rem;margin:0}
figcaption{max-width:76ch;margin:.3rem 0 .75rem;font-size:.95rem}
.plot{position:relative;width:100%;min-height:var(--plot-height);overflow:hidden}
.legend{display:flex;flex-wrap:wrap;align-items:center;gap:.15rem .35rem;min-height:2.1rem;font-size:.85rem;padding-left:3.6rem}
.legend button{border-color:transparent;padding:.1rem .45rem;display:inline-flex;align-items:center;gap:.4rem;min-height:1.75rem}
.legend button[aria-pressed=false]{opacity:.45;text-decoration:line-through}
.legend .value{font-variant-numeric:tabular-nums;color:var(--ink-soft)}
.legend .value{display:inline-block;min-width:4.4em}
.when{order:1;margin-left:auto;font-variant-numeric:tabular-nums;color:var(--ink-soft)}
.swatch{width:18px;height:10px;flex:none}
.swatch path{stroke:var(--line);stroke-width:2.5;fill:none}
.swatch rect{fill:var(--line)}
.moments{display:flex;flex-wrap:wrap;gap:.2rem 1.25rem;list-style:none;counter-reset:m;margin:.35rem 0 .25rem;padding-left:3.9rem;font-size:.85rem}
.moments li{counter-increment:m}
.moments li::before{content:counter(m);display:inline-grid;place-items:center;width:1.25rem;height:1.25rem;border-radius:50%;background:var(--accent);color:var(--page);font-size:.75rem;margin-right:.4rem;line-height:1}
.behind{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:flex-start;gap:.5rem 1rem;margin-top:.25rem}
.behind details{flex:1 1 16rem;min-width:0}
.behind details[open]{flex-basis:100%}
.behind tbody th{white-space:nowrap}
.behind button{margin-left:auto}
details>summary{cursor:pointer;font-size:.9rem;color:var(--link);padding:.3rem 0}
.scroll{overflow-x:auto;max-width:100%}
.behind .scroll{max-height:26rem;overflow:auto;border:1px solid var(--rule)}
table.data{border-collapse:collapse;width:100%;font-size:.875rem;line-height:1.4;font-variant-numeric:tabular-nums;overflow-wrap:normal}
.data th,.data td{padding:.42rem .7rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule)}
.data thead th{font-weight:600;color:var(--ink-soft);font-size:.8rem;text-wrap:balance;border-bottom:1px solid var(--ink-soft);vertical-align:bottom;background:var(--page)}
.behind .data thead th{position:sticky;top:0}
.behind .data th,.behind .data td{padding-inline:.5rem}
.data tbody th{font-weight:500}
.data .n{text-align:right}
.data tbody .n{white-space:nowrap}
.data .sub{display:block;color:var(--ink-soft);font-size:.8rem;font-weight:400;overflow-wrap:anywhere;max-width:48ch}
.data .source{font-size:.8rem;color:var(--ink-soft);min-width:12rem;max-width:26rem;overflow-wrap:anywhere}
.verdict{font-weight:600;white-space:nowrap}
.verdict.hit{color:var(--hit)}
.verdict.miss{color:var(--miss)}
.verdict.none{color:var(--ink-soft);font-weight:400}
.groups{border-collapse:collapse;width:100%;margin-top:.75rem;font-size:.875rem;font-variant-numeric:tabular-nums}
.groups th,.groups td{padding:.22rem .7rem;text-align:left;border-bottom:1px solid var(--rule)}
.groups thead th{font-weight:600;color:var(--ink-soft);font-size:.8rem;border-bottom:1px solid var(--ink-soft)}
.groups tbody th{font-weight:500;white-space:nowrap}
.groups thead th.n,.groups .n{text-align:right;width:4.75rem}
.groups thead th{white-space:nowrap}
.groups .nil{color:var(--ink-soft)}
.groups .strip{width:64%;padding-left:1.5rem}
.groups thead th:last-child{padding-left:1.5rem}
.marks{display:flex;flex-wrap:wrap;gap:3px;position:relative}
.mark{display:inline-grid;place-items:center;width:1.5rem;height:1.5rem;border:1px solid;border-radius:4px;font-size:.8rem;line-height:1;text-decoration:none}
.mark.hit{background:var(--hit);border-color:var(--hit);color:var(--page)}
.mark.miss{color:var(--miss)}
.mark.none{color:var(--ink-soft);border-color:var(--rule);font-weight:700}
.tip{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.mark:not([data-quiet]):hover>.tip,.mark:not([data-quiet]):focus-visible>.tip{z-index:4;left:0;top:100%;width:max-content;max-width:100%;height:auto;clip-path:none;white-space:normal;padding:.35rem .6rem;background:var(--panel);color:var(--ink);border:1px solid var(--ink-soft);border-radius:4px;font-weight:400;font-size:.82rem;line-height:1.4}
.facts{table-layout:fixed}
.facts th,.facts td{padding:.3rem .4rem}
.facts thead th:nth-child(2){width:6.25rem}
.facts thead th:nth-child(3){width:11rem}
.facts thead th:nth-child(4){width:6.75rem}
.facts thead th:nth-child(5){width:6.25rem}
.facts thead th:nth-child(6){width:15.75rem}
.facts .sub{font-size:.75rem;line-height:1.35;max-width:none}
.facts .source{font-size:.75rem;line-height:1.35;min-width:0;max-width:none}
.facts tr:target{background:var(--panel)}
.plain{margin-top:1.25rem}
.plain+.plain{margin-top:2rem}
dl.facts{display:grid;grid-template-columns:minmax(8rem,14rem) minmax(0,1fr);gap:0;margin:1rem 0;font-size:.9rem;max-width:60rem}
dl.facts dt,dl.facts dd{padding:.35rem .5rem .35rem 0;margin:0;border-bottom:1px solid var(--rule)}
dl.facts dt{color:var(--ink-soft)}
dl.facts dd{font-variant-numeric:tabular-nums}
.u-cursor-x{border-right:1px solid var(--ink-soft)!important}
.u-select{background:color-mix(in srgb,var(--focus) 18%,transparent)!important}
.uplot,.uplot *{font-family:inherit}
footer{padding:1.5rem 0 3rem;color:var(--ink-soft);font-size:.85rem}
nav.contents{display:none}
@media (min-width:84rem){
.layout{max-width:100rem;display:grid;grid-template-columns:13rem minmax(0,76rem);column-gap:clamp(2rem,4vw,5rem);justify-content:center}
nav.contents{display:block;position:sticky;top:0;align-self:start;padding-top:4rem;max-height:100vh;overflow-y:auto;font-size:.88rem}
nav.contents ol{list-style:none;margin:0;padding:0;border-left:1px solid var(--rule)}
nav.contents a{display:block;padding:.28rem 0 .28rem .9rem;color:var(--ink-soft);text-decoration:none}
nav.contents a:hover{color:var(--ink)}
}
@media screen and (max-width:64rem){
.cards thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.cards,.cards tbody,.cards th,.cards td{display:block}
.cards tr{display:grid;grid-template-columns:1fr 1.2fr;column-gap:.75rem}
.cards th,.cards .source{grid-column:1/-1}
.cards tr{border-bottom:1px solid var(--ink-soft);padding:.6rem 0}
.cards th,.cards td,.cards .n{border:0;padding:.12rem 0;text-align:left;white-space:normal;max-width:none}
.cards td[data-label]::before{display:block;content:attr(data-label);color:var(--ink-soft);font-weight:400;font-size:.75rem}
}
@media screen and (max-width:44rem){
.legend,.moments{padding-left:0}
.data tbody th{min-width:8.5rem}
.legend .value{min-width:0}
.groups thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.groups,.groups tbody,.groups td{display:block}
.groups tr{display:grid;grid-template-columns:1fr repeat(3,auto);column-gap:.75rem;align-items:baseline;border-bottom:1px solid var(--rule);padding:.4rem 0}
.groups th,.groups td,.groups .n,.groups .strip{border:0;padding:.1rem 0;width:auto}
.groups tbody th{white-space:normal}
.groups .n{white-space:nowrap}
.groups .n::after{font-size:.75rem;color:var(--ink-soft);content:" hits"}
.groups .n+.n::after{content:" misses"}
.groups .n+.n+.n::after{content:" not graded"}
.groups .strip{grid-column:1/-1}
dl.facts{grid-template-columns:1fr}
dl.facts dt{border:0;padding-bottom:0}
.tiles{grid-template-columns:1fr 1fr}
.tiles div{padding:.65rem .75rem}
.tiles dd{font-size:1.25rem}
.bar .label{display:none}
.narrow-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.bar{flex-wrap:nowrap;overflow-x:auto;gap:.25rem}
.bar button{padding:.2rem .4rem;font-size:.78rem;white-space:nowrap}
}
:root[data-printing]{${LIGHT}}
@media print{
:root,:root[data-theme=dark]{${LIGHT}}
body{font-size:10pt}
.tiles{grid-template-columns:repeat(3,1fr)}
.bar,.behind,.skip,nav.contents{display:none!important}
.layout{display:block;max-width:none;padding:0}
figure,tr,.tiles div{break-inside:avoid}
.scroll{overflow:visible}
table.data,.data *{font-size:7.2pt!important;white-space:normal!important;min-width:0!important}
.data th,.data td{padding:.2rem .25rem}
.facts{table-layout:auto}
.facts thead th:nth-child(n){width:auto}
details[data-print-open]>summary{display:none}
.groups,.groups thead th{font-size:8pt}
.groups thead th.n,.groups .n,.groups .strip{width:auto}
.mark{width:1.05rem;height:1.05rem;font-size:7pt}
.legend .value,.when{display:none}
section{padding:1rem 0}
h2,h3{break-after:avoid}
a{color:inherit;text-decoration:none}
@page{margin:16mm}
}
`;
