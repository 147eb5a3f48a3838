// Buttons that copy and save; without scripts the text is below "Show".
document.documentElement.classList.add("js");
const said = document.getElementById("said");
let timer;
function say(text) {
  said.textContent = text;
  clearTimeout(timer);
  timer = setTimeout(() => { said.textContent = ""; }, 3000);
}
function copyOld(text) {
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done ? Promise.resolve() : Promise.reject(new Error("refused"));
}
function copy(text) {
  return navigator.clipboard ? navigator.clipboard.writeText(text).catch(() => copyOld(text)) : copyOld(text);
}
function save(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-of]");
  if (!button) return;
  const text = document.getElementById(button.dataset.of).textContent;
  if (button.classList.contains("save")) {
    save(text, button.dataset.name);
    say("Saved " + button.dataset.name);
  } else {
    copy(text).then(() => say("Copied"), () => say("The browser does not allow copying; the text is below"));
  }
});
