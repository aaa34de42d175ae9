# slides.awk: ten slides from the page of a lesson, in Markdown: a title with the first paragraph, eight from
# the page's sections, and the exercises. Of a paragraph a slide shows the first sentence, or the part in bold
# with the sentence after it; the whole is below the slide as notes. -v folder=DIR: where its images are.
function escaped(text) {
  gsub(/&/, "\\&amp;", text)
  gsub(/</, "\\&lt;", text)
  gsub(/>/, "\\&gt;", text)
  return text
}
# The last match of match(), without `cut` characters at both ends, as an HTML element.
function wrap(text, tag, cut) {
  return substr(text, 1, RSTART - 1) "<" tag ">" substr(text, RSTART + cut, RLENGTH - 2 * cut) "</" tag ">" \
    substr(text, RSTART + RLENGTH)
}

# `code`, **bold**, *emphasis* and [words](link); inside of code nothing is marked up.
function inline(text, parts, n, i, result, one) {
  n = split(text, parts, "`")
  for (i = 1; i <= n; ++i) {
    one = escaped(parts[i])
    if (i % 2 == 0 && i < n) { result = result "<code>" one "</code>"; continue }
    while (match(one, /\[[^]]*\]\([^)]*\)/)) {
      link = substr(one, RSTART, RLENGTH)
      sub(/^\[/, "", link); sub(/\].*/, "", link)
      one = substr(one, 1, RSTART - 1) link substr(one, RSTART + RLENGTH)
    }
    while (match(one, /\*\*[^*]+\*\*/)) one = wrap(one, "b", 2)
    while (match(one, /\*[^* ][^*]*\*/)) one = wrap(one, "i", 1)
    result = result one
  }
  return result
}

# The end of the first sentence: a full stop, question mark or colon before a space, outside of code.
function sentence_end(text, from, i, c, inside) {
  inside = 0
  for (i = from; i < length(text); ++i) {
    c = substr(text, i, 1)
    if (c == "`") inside = !inside
    if (!inside && (c == "." || c == "?" || c == "!") && substr(text, i + 1, 1) ~ /[ )*]/ &&
        substr(text, i - 2, 3) !~ /(e\.g|i\.e|al\.)/ && substr(text, i + 2, 1) !~ /[a-z0-9]/) return i
  }
  return length(text)
}
function first_sentence(text, start, end) {
  start = 1
  if (match(text, /^\*\*[^*]+\*\*/)) start = RLENGTH + 1
  end = sentence_end(text, start)
  if (substr(text, end, 1) == "?") end = sentence_end(text, end + 1) # a question and its answer
  return substr(text, 1, end)
}
# The words under a figure belong to it.
function caption(text) {
  sub(/<\/figure>$/, "", unit_html[units])
  unit_html[units] = unit_html[units] "<figcaption>" inline(text) "</figcaption></figure>"
  unit_weight[units] += length(text) / 110
}

function add_unit(html, weight, note) {
  ++units
  unit_html[units] = html
  unit_weight[units] = weight
  unit_heading[units] = heading
  unit_note[units] = note
}
# A paragraph (tag p) or an item of a list (li), as its first sentence.
function add_text(tag, text, first) {
  first = first_sentence(text)
  add_unit("<" tag ">" inline(first) "</" tag ">", 1 + length(first) / 95, inline(text))
}
function end_block(i, n, cells, row, line, html, kind, text) {
  if (!lines) return
  kind = block; block = ""
  if (kind == "text") {
    text = ""
    for (i = 1; i <= lines; ++i) text = text (i > 1 ? " " : "") content[i]
    if (!seen_intro && heading == "") { seen_intro = 1; intro = text }
    else if (text ~ /^\*[^*]/ && text ~ /\*$/) caption(substr(text, 2, length(text) - 2))
    else if (heading != "To go on" || text !~ /^(Each is a file|Further:|To go on:$)/) add_text("p", text)
  } else if (kind == "list") {
    html = ""; n = 0
    for (i = 1; i <= lines; ++i) {
      text = content[i]
      if (sub(/^(- |[0-9]+\. )/, "", text)) item[++n] = text
      else { sub(/^ +/, "", text); item[n] = item[n] " " text }
    }
    for (i = 1; i <= n; ++i) add_text("li", item[i])
  } else if (kind == "code") {
    html = ""
    for (i = 1; i <= lines; ++i) html = html escaped(content[i]) "\n"
    if (heading != "To go on") add_unit("<pre>" html "</pre>", 1 + 0.8 * lines, "")
  } else if (kind == "table") {
    html = "<table>"
    for (i = 1; i <= lines; ++i) {
      line = content[i]
      if (line ~ /^\|[ |:-]+\|$/) continue
      sub(/^\| */, "", line); sub(/ *\|$/, "", line)
      n = split(line, cells, / *\| */)
      row = ""
      for (k = 1; k <= n; ++k) row = row "<td>" inline(cells[k]) "</td>"
      html = html "<tr>" row "</tr>"
    }
    html = html "</table>"
    if (heading == "To go on") exercises = html
    else add_unit(html, 1 + 1.2 * lines, "")
  }
  lines = 0
}
function figure(line, words, file, type, command, data, part) {
  words = line; sub(/^!\[/, "", words); sub(/\]\(.*/, "", words)
  file = line; sub(/.*\]\(/, "", file); sub(/\).*/, "", file)
  type = file ~ /svg$/ ? "svg+xml" : "png"
  command = "base64 -w 0 " folder "/" file
  data = ""
  while ((command | getline part) > 0) data = data part
  close(command)
  part = "<img alt=\"" escaped(words) "\" src=\"data:image/" type ";base64," data "\">"
  add_unit("<figure>" part "</figure>", 9, escaped(words))
}

/^<!--/ { next }
fenced && /^```/ { fenced = 0; end_block(); next }
/^```/ { end_block(); fenced = 1; block = "code"; next }
fenced { content[++lines] = $0; next }
/^# / { end_block(); title = $0; sub(/^# /, "", title); next }
/^## / {
  end_block()
  heading = $0
  sub(/^## /, "", heading)
  if (heading == "Exercises") heading = "To go on" # what the page says after the table, which is slide 10
  next
}
/^$/ { if (block != "code" && block != "list") end_block(); else if (block == "code") { blank = 1 } next }
/^!\[/ { end_block(); figure($0); next }
/^\|/ { if (block != "table") end_block(); block = "table"; content[++lines] = $0; next }
/^(- |[0-9]+\. )/ { if (block != "list") end_block(); block = "list"; content[++lines] = $0; next }
/^    / && block != "list" && block != "text" {
  if (block != "code") { end_block(); block = "code" }
  else if (blank) content[++lines] = ""
  blank = 0; content[++lines] = substr($0, 5); next
}
/^ / && block == "list" { content[++lines] = $0; next }
{ if (block != "text") { end_block(); block = "text" } blank = 0; content[++lines] = $0 }

# The units of a page are split into eight slides: alike in weight, and where a section begins if possible.
function split_units(parts, i, j, k, target, weight, cost, inside) {
  for (i = 1; i <= units; ++i) total[i] = total[i - 1] + unit_weight[i]
  target = total[units] / parts
  for (i = 1; i <= units; ++i) {
    inside[i] = inside[i - 1] + (i > 1 && unit_heading[i] != unit_heading[i - 1])
  }
  best[0, 0] = 0
  for (k = 1; k <= parts; ++k)
    for (i = k; i <= units; ++i) {
      best[k, i] = 1e18
      for (j = k - 1; j < i; ++j) {
        if (!((k - 1, j) in best)) continue
        weight = total[i] - total[j]
        cost = best[k - 1, j] + (weight - target) ^ 2 + 60 * (inside[i] - inside[j + 1])
        if (j > 0 && unit_heading[j + 1] == unit_heading[j]) cost += 8
        if (cost < best[k, i]) { best[k, i] = cost; from[k, i] = j }
      }
    }
  i = units
  for (k = parts; k >= 1; --k) { last[k] = i; i = from[k, i] }
}
function slide(number, head, body, notes, weight) {
  printf "<section class=\"slide\" id=\"s%s-%d\">\n<h2>%s</h2>\n", lesson, number, head
  # A printed page has room for a weight of about 12; what is heavier is made smaller there.
  printf "<div class=\"body\" style=\"--fit: %.2f\">", (weight > 12 ? (12 / weight) ^ 0.7 : 1)
  print body "</div>"
  printf "<footer>%s <span>%d / 10</span></footer>\n</section>\n", escaped(title), number
  if (notes != "") print "<aside class=\"notes\">" notes "</aside>"
}
END {
  end_block()
  split_units(8)
  slide(1, inline(title), "<p class=\"intro\">" inline(intro) "</p>", "")
  i = 1
  for (k = 1; k <= 8; ++k) {
    body = ""; notes = ""; head = unit_heading[i]
    for (; i <= last[k]; ++i) {
      if (unit_heading[i] != head && body != "" && unit_heading[i] != unit_heading[i - 1])
        body = body "<h3>" inline(unit_heading[i]) "</h3>"
      body = body unit_html[i]
      if (unit_note[i] != "") notes = notes "<p>" unit_note[i] "</p>"
    }
    again = head == shown && head != "" ? " (continued)" : ""
    shown = head
    weight = total[i - 1] - total[last[k - 1] + 0]
    slide(k + 1, (head == "" ? inline(title) : inline(head)) again, body, notes, weight)
  }
  slide(10, "Exercises", exercises "<pre>make exercise N=" lesson ".1</pre>", "")
}
