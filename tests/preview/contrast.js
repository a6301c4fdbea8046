// Texts whose colour differs too little from what is behind them (WCAG AA: 4.5 to 1).
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (color, below) => {
    canvas.globalCompositeOperation = "source-over";
    for (const layer of [below, color]) if (layer) { canvas.fillStyle = layer; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (c) => c.slice(0, 3).map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const css = (c) => `rgb(${c[0]} ${c[1]} ${c[2]})`;
  const behind = (element) => {
    const color = element === document.documentElement ? "#fff" : behind(element.parentElement);
    return css(rgb(getComputedStyle(element).backgroundColor, color));
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const back = behind(element), front = css(rgb(getComputedStyle(element).color, back));
    const [a, b] = [light(rgb(front)), light(rgb(back))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5) found.push(`${contrast.toFixed(2)} ${element.className} ${element.textContent.slice(0, 30)}`);
  }
  return found;
}
