// A form that an editor put together: drawn from its fields, sent as JSON, answered in words.
import { el, words } from "./preview-client-dom.js";

const named = (field, value = "") => `form-${field.name}${value && `-${value}`}`;

function control(field) {
  const same = { id: named(field), name: field.name, required: field.required, "aria-describedby": `${named(field)}-told` };
  if (field.type === "textarea") return el("textarea", { ...same, rows: 5, maxlength: field.max_length }, field.initial);
  if (field.type === "select") {
    return el("select", same, field.choices.map((one) => el("option", { value: one.value }, one.label)));
  }
  return el("input", {
    ...same, type: field.type, value: field.type === "checkbox" ? null : field.initial,
    maxlength: field.max_length, autocomplete: field.autocomplete || null,
  });
}

function row(field) {
  const told = el("p", { id: `${named(field)}-told`, class: "field__help" }, field.help_text);
  if (field.type === "hidden") return control(field);
  if (["radio", "checkboxes"].includes(field.type)) {
    const kind = field.type === "radio" ? "radio" : "checkbox";
    return el("fieldset", { class: "field" }, el("legend", {}, field.label), field.choices.map((one) =>
      el("label", { class: "pc-choice" },
        el("input", { type: kind, name: field.name, value: one.value, required: kind === "radio" && field.required }),
        one.label)), told);
  }
  if (field.type === "checkbox") return el("div", { class: "field" }, el("label", { class: "pc-choice" }, control(field), field.label), told);
  return el("div", { class: "field" }, el("label", { for: named(field) }, field.label), control(field), told);
}

function answers(made, fields) {
  const given = new FormData(made);
  return Object.fromEntries(fields.map((field) => {
    if (field.type === "checkboxes") return [field.name, given.getAll(field.name)];
    return [field.name, field.type === "checkbox" ? given.has(field.name) : given.get(field.name) ?? ""];
  }));
}

export function form(shape) {
  const status = el("p", { role: "status" });
  // People do not see this field; a program that fills in every field gives itself away.
  const trap = el("div", { hidden: true }, el("input", { name: shape.trap, tabindex: "-1", autocomplete: "off" }));
  const made = el("form", { class: "pc-form" }, shape.fields.map(row), trap,
    el("button", { class: "button" }, shape.button), status);
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    const trapped = { [shape.trap]: made.elements[shape.trap].value };
    const body = JSON.stringify({ answers: { ...answers(made, shape.fields), ...trapped } });
    const headers = { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang };
    const answer = await fetch(shape.action, { method: "POST", headers, body }).catch(() => null);
    const told = answer && (await answer.json());
    if (answer?.ok) {
      made.replaceChildren(el("p", { role: "status", class: "notice", tabindex: "-1" }, told.thank_you || words("sent")));
      made.firstElementChild.focus();
      return;
    }
    status.textContent = told?.detail ?? words("broken");
    for (const field of shape.fields) {
      const fault = told?.errors?.find((one) => one.field === `answers.${field.name}`);
      const place = made.querySelector(`#${CSS.escape(named(field))}-told`);
      if (place) place.textContent = fault?.message ?? field.help_text;
    }
  });
  return made;
}
