# Wrong answers to the exercises: wrong NUMBER WHAT 's/RIGHT/WRONG/', a sed -E expression for the solution.
# Each must turn the exercise's test red (tests/mutation/run_exercises.sh). They are what a hurried reader
# writes.

# ---- 1: kernels ----
wrong 1.1 "drops the last, shorter chunk" 's/\(x.size\(\) \+ chunk - 1\) \/ chunk/x.size() \/ chunk/'
wrong 1.1 "a part for each thread" 's/part\[c\] \+=/part[thread] +=/'
wrong 1.1 "chunks of 2048" 's/chunk = 4096/chunk = 2048/'
wrong 1.1 "chunks are added from the right" \
  's/for \(const float p : part\) total \+= p;/for (std::size_t c = chunks; c-- > 0;) total += part[c];/'
wrong 1.1 "a chunk is added from the right" \
  's/std::size_t i = c \* chunk; i < end; \+\+i/std::size_t i = end; i-- > c * chunk;/'
wrong 1.1 "a chunk ends one number early" 's/\(c \+ 1\) \* chunk\)/(c + 1) * chunk - 1)/'

wrong 1.2 "output pixels column by column" \
  's/Index i = 0; i < shape.out_height\(\); \+\+i/Index j = 0; j < shape.out_width(); ++j/;t
  s/Index j = 0; j < shape.out_width\(\); \+\+j/Index i = 0; i < shape.out_height(); ++i/'
wrong 1.2 "the window column by column" \
  's/Index r = 0; r < shape.kernel_height; \+\+r/Index c = 0; c < shape.kernel_width; ++c/;t
  s/Index c = 0; c < shape.kernel_width; \+\+c/Index r = 0; r < shape.kernel_height; ++r/'
wrong 1.2 "no padding" 's/ - shape.pad//g'
wrong 1.2 "no stride" 's/ \* shape.stride//g'
wrong 1.2 "the border goes on beyond the border" 's/: 0.0\)/: x[0])/'
wrong 1.2 "channels backwards" 's/\+ ch\]/+ shape.in_channels - 1 - ch]/'
wrong 1.2 "height and width mixed up" 's/row < shape.height/row < shape.width/'

wrong 1.3 "the last of equal numbers wins" 's/value > best/value >= best/'
wrong 1.3 "a NaN is swallowed" 's/ \|\| \(std::isnan\(value\) && !std::isnan\(best\)\)//'
wrong 1.3 "the last of two NaN wins" 's/ && !std::isnan\(best\)//'
wrong 1.3 "the maximum begins with 0" 's/double best = x.*;/double best = 0;/'
wrong 1.3 "a row that fills no window counts" 's/i < height \/ 2/i < (height + 1) \/ 2/'
wrong 1.3 "places column by column" 's/winner = k;/winner = k % 2 * 2 + k \/ 2;/'
wrong 1.3 "backward assigns" 's/\] \+= dy\[at\]/] = dy[at]/'

# ---- 2: engine ----
wrong 2.1 "backward assigns" 's/dx\[i\] \+=/dx[i] =/'
wrong 2.1 "1 - y" 's/\(1 - y.real\(\)\[i\] \* y.real\(\)\[i\]\)/(1 - y.real()[i])/'
wrong 2.1 "forgets dy" 's/dy\[i\] \* \(1/1 * (1/'
wrong 2.1 "the sigmoid's slope" \
  's/\(1 - y.real\(\)\[i\] \* y.real\(\)\[i\]\)/y.real()[i] * (1 - y.real()[i])/'
wrong 2.1 "the sign of y^2" 's/1 - y.real/1 + y.real/'
wrong 2.1 "the first number alone" 's/(for \(Index i = 0; i < )y.elements\(\)(; \+\+i\) dx)/\11\2/'

wrong 2.2 "assigns" 's/dx\[step.a\] \+=/dx[step.a] =/'
wrong 2.2 "a factor's slope is itself" 's/tape\[step.b\].value/tape[step.a].value/'
wrong 2.2 "from the front" \
  's/int i = (static_cast<int>\(tape.size\(\)\)) - 1; i >= 0; --i/int i = 0; i < \1; ++i/'
wrong 2.2 "a square is read once" 's/(dx\[step.b\] \+= dx\[i\] \* )/if (step.a != step.b) \1/'
wrong 2.2 "a sum of a number with itself is read once" \
  's/dx\[step.b\] \+= dx\[i\];/if (step.a != step.b) dx[step.b] += dx[i];/'
wrong 2.2 "the last cotangent is 0" 's/dx.back\(\) = 1/dx.back() = 0/'

wrong 2.3 "the planted bug" \
  's/(if \(dw\) dw\[k\] \+= difference \* difference \* dd)\[i\]/\1[k]/'
wrong 2.3 "the sign of dy" 's/dy\[i \* size \+ k\] -=/dy[i * size + k] +=/'
wrong 2.3 "dx without the 2" 's/(dx\[i \* size \+ k\] \+= )2 \* /\1/'
wrong 2.3 "dw is assigned" 's/dw\[k\] \+=/dw[k] =/'
wrong 2.3 "dw has a weight" 's/dw\[k\] \+= /&w.real()[k] * /'
wrong 2.3 "the forward pass is changed to fit" \
  's/d.real\(\)\[i\] \+= w.real\(\)\[k\]/d.real()[i] += w.real()[k] * w.real()[k]/'

# ---- 3: layers ----
wrong 3.1 "M2 from the old mean" 's/delta \* \(x - moments.mean\)/delta * delta/'
wrong 3.1 "the mean is divided by the old n" \
  's/delta \/ moments.n/delta \/ (moments.n - 1 + (moments.n == 1))/'
wrong 3.1 "merge adds the two M2" 's/ \+ delta \* delta \* a.n \* b.n \/ n//'
wrong 3.1 "merge of two empty parts is NaN" 's/if \(a.n \+ b.n == 0\) return \{\};//'
wrong 3.1 "merge weighs the means by the other part" 's/a.mean \+ delta \* b.n/a.mean + delta * a.n/'
wrong 3.1 "merge forgets to count" 's/return \{a.n \+ b.n,/return {a.n,/'

wrong 3.2 "r and z mixed up" \
  's/gate\(x, 0\), gate\(u, 0\)/gate(x, 1), gate(u, 1)/;t
  s/gate\(x, 1\), gate\(u, 1\)/gate(x, 0), gate(u, 0)/'
wrong 3.2 "z keeps what it should replace" \
  's/add\(n, multiply\(z, subtract\(h, n\)\)\)/add(h, multiply(z, subtract(n, h)))/'
wrong 3.2 "the new content sees all of h" 's/multiply\(r, gate\(u, 2\)\)/gate(u, 2)/'
wrong 3.2 "no bias" 's/linear\(h, weight, bias\)/matmul(h, weight)/'
wrong 3.2 "a sigmoid for the new content" 's/= tanh\(/= sigmoid(/'
wrong 3.2 "r scales the input, too" \
  's/add\(gate\(x, 2\), multiply\(r, gate\(u, 2\)\)\)/multiply(r, add(gate(x, 2), gate(u, 2)))/'

wrong 3.3 "mean and variance are constants" 's/ - gradients.dbeta \/ n - xhat \* gradients.dgamma \/ n//'
wrong 3.3 "through the mean alone" 's/ - xhat \* gradients.dgamma \/ n//'
wrong 3.3 "through the variance alone" 's/ - gradients.dbeta \/ n//'
wrong 3.3 "the unbiased variance" 's/\(v - mean\) \* \(v - mean\) \/ n/(v - mean) * (v - mean) \/ (n - 1)/'
wrong 3.3 "without gamma" 's/gamma \* inverse \* /inverse * /'
wrong 3.3 "epsilon outside of the root" \
  's/1 \/ std::sqrt\(variance \+ epsilon\)/1 \/ (std::sqrt(variance) + epsilon)/'
wrong 3.3 "dgamma of x, not of xhat" 's/\(x\[i\] - mean\) \* inverse;$/x[i];/'

# ---- 4: datasets ----
wrong 4.1 "the first two images alone" \
  's/random.integer\(static_cast<Index>\((choice.size\(\))\)\)/random.integer(std::min<Index>(2, \1))/'
wrong 4.1 "always the first image" 's/random.integer\(static_cast<Index>\(choice.size\(\)\)\)/0/'
wrong 4.1 "always the same identities" 's/random.shuffle\(std::span\(useful\)\);//'
wrong 4.1 "the cameras exchanged" 's/\{0, 1\}/{1, 0}/'
wrong 4.1 "one camera is enough" 's/!views\[0\].empty\(\) && !views\[1\].empty\(\)/!views[0].empty()/'
wrong 4.1 "one identity more" 's/useful.size\(\), identities\)/useful.size(), identities + 1)/'
wrong 4.1 "the halves in different orders" \
  's/for \(const auto& views : useful\) \{/if (random.shuffle(std::span(useful)); true) &/'

wrong 4.2 "pixels stand at whole numbers" 's/ - 0.5//g'
wrong 4.2 "rows and columns exchanged" \
  's/const double a = u - 0.5 - i, b = v - 0.5 - j;/const double b = u - 0.5 - i, a = v - 0.5 - j;/'
wrong 4.2 "the weights exchanged" 's/= u - 0.5 - i/= 1 - (u - 0.5 - i)/'
wrong 4.2 "rounds to 0 beyond the border" 's/std::floor\(u - 0.5\)/std::trunc(u - 0.5)/'
wrong 4.2 "the nearest pixel" \
  's/const double a = u - 0.5 - i, b = v - 0.5 - j;/const double a = u - i >= 1, b = v - j >= 1;/'
wrong 4.2 "beyond the border it is black" \
  's/return image/if (row < 0 || column < 0 || row >= height || column >= width) return 0.0; return image/'

wrong 4.3 "floors" 's/std::lround\((.*)\);$/static_cast<long>(\1);/'
wrong 4.3 "rounds up" 's/std::lround\((.*)\);$/static_cast<long>(std::ceil(\1));/'
wrong 4.3 "no shuffle" 's/random.shuffle\(std::span<int>\(identities\)\);//'
wrong 4.3 "the sides exchanged" 's/sides.train : sides.test/sides.test : sides.train/'
wrong 4.3 "half, whatever was asked" 's/train_share \*/0.5 */'
wrong 4.3 "images are dealt out, not identities" \
  's/training.contains\(images\[i\].identity\)/training.contains(100 + static_cast<int>(i) % 20)/'
wrong 4.3 "every second image of a test identity is lost" \
  's/\(training.contains/if (training.contains(images[i].identity) || images[i].camera == 0) &/'

# ---- 5: reid ----
wrong 5.1 "the sum, not the mean" 's/return mean\(add/return sum(add/'
wrong 5.1 "pushes without end" \
  's/relu\(subtract\(filled\(margin\), distance\)\)/subtract(filled(margin), distance)/'
wrong 5.1 "same and different exchanged" 's/multiply\(same, distance\)/multiply(different, distance)/'
wrong 5.1 "pushes those that are far already" \
  's/subtract\(filled\(margin\), distance\)/subtract(distance, filled(margin))/'
wrong 5.1 "pushes everybody" 's/multiply\(different, relu\((.*)\)\);/relu(\1);/'
wrong 5.1 "pulls everybody" 's/= multiply\(same, distance\)/= distance/'

wrong 5.2 "an anchor is its own positive" 's/if \(other == a\) continue;//'
wrong 5.2 "the nearest positive" 's/d\(other\) > d\(hardest.positive\)/d(other) < d(hardest.positive)/'
wrong 5.2 "the furthest negative" 's/d\(other\) < d\(hardest.negative\)/d(other) > d(hardest.negative)/'
wrong 5.2 "the last positive on a tie" 's/d\(other\) > d\(hardest.positive\)/d(other) >= d(hardest.positive)/'
wrong 5.2 "the last negative on a tie" 's/d\(other\) < d\(hardest.negative\)/d(other) <= d(hardest.negative)/'
wrong 5.2 "triplets without a negative" \
  's/hardest.positive >= 0 && hardest.negative >= 0/hardest.positive >= 0/'
wrong 5.2 "triplets without a positive" \
  's/hardest.positive >= 0 && hardest.negative >= 0/hardest.negative >= 0/'

wrong 5.3 "the larger threshold" 's/std::min\(percentile/std::max(percentile/'
wrong 5.3 "a patch at the threshold is dropped" 's/s >= threshold/s > threshold/'
wrong 5.3 "no interpolation" 's/return sorted\[below\] \+ .*/return sorted[below];/'
wrong 5.3 "a place among m, not m - 1" \
  's/static_cast<double>\(sorted.size\(\) - 1\)/static_cast<double>(sorted.size())/
  s/sorted\[below\]( \+|\))/sorted[std::min(below, sorted.size() - 1)]\1/g'
wrong 5.3 "the camera's threshold alone" 's/std::min\(percentile\(image, image_percentile\), r\)/r/'
wrong 5.3 "the image's threshold alone" \
  's/std::min\(percentile\(image, image_percentile\), r\)/percentile(image, image_percentile)/'
wrong 5.3 "not sorted" 's/std::sort\(.*//'

# ---- 6: reid/evaluation ----
wrong 6.1 "a tie counts for the query" 's/distances\[g\] <= right\[h\]/distances[g] < right[h]/'
wrong 6.1 "two tied right images have the better precision twice" \
  's/const int place = .*/int place = 0; for (double d : right) place += d <= right[h];/'
wrong 6.1 "a tie among right images counts against the query" \
  's/int rank = place;/int rank = 0; for (double d : right) rank += d <= right[h];/'
wrong 6.1 "right images in the gallery's order" 's/std::sort\(.*//'
wrong 6.1 "the rank of the worst right image" 's/if \(h == 0\) //'
wrong 6.1 "one over the rank for every right image" 's/static_cast<double>\(place\) \/ rank/1.0 \/ rank/'
wrong 6.1 "the sum, not the mean" 's/ \/ static_cast<double>\(right.size\(\)\)//'

wrong 6.2 "the sum of the inverses" 's/s\[0\] - d\[0\], s\[1\] - d\[1\]/s[0] + d[0], s[1] + d[1]/'
wrong 6.2 "the other way round" \
  's/ s = inverse\(covariance\(same\)\), d = inverse/ d = inverse(covariance(same)), s = inverse/'
wrong 6.2 "sums, not means" 's/ \/ static_cast<double>\(differences.size\(\)\)//'
wrong 6.2 "the determinant's sign" 's/m\[0\] \* m\[3\] - m\[1\] \* m\[2\]/m[0] * m[3] + m[1] * m[2]/'
wrong 6.2 "the inverse keeps its signs" 's/-m\[1\] \/ determinant, -m\[2\]/m[1] \/ determinant, m[2]/'
wrong 6.2 "S alone" \
  's/s\[0\] - d\[0\], s\[1\] - d\[1\], s\[2\] - d\[2\], s\[3\] - d\[3\]/s[0], s[1], s[2], s[3]/'
wrong 6.2 "the inverse of the difference" \
  's/return \{s\[0\].*/const Matrix2 x = covariance(different), y = covariance(same);\
    return inverse({x[0] - y[0], x[1] - y[1], x[2] - y[2], x[3] - y[3]});/'

wrong 6.3 "each gram by its own count" \
  's/static_cast<double>\(b.n\) \* a.gram/static_cast<double>(a.n) * a.gram/'
wrong 6.3 "one cross term twice" 's/b.s\[i\] \* a.s\[j\]/a.s[i] * b.s[j]/'
wrong 6.3 "the cross terms are added" 's/ - a.s\[i\] \* b.s\[j\] - b.s\[i\]/ + a.s[i] * b.s[j] + b.s[i]/'
wrong 6.3 "one cross term" 's/ - b.s\[i\] \* a.s\[j\]//'
wrong 6.3 "the mean over the pairs" 's/sum\[2 \* i \+ j\] =/sum[2 * i + j] = 1.0 \/ (a.n * b.n) */'
wrong 6.3 "the second camera is forgotten" 's/static_cast<double>\(a.n\) \* b.gram\[2 \* i \+ j\]/0/'

# ---- 7: apps ----
wrong 7.1 "the velocity is not saved" 's/weight_, velocity_, static/weight_, 0.0, static/'
wrong 7.1 "the step is not saved" 's/, static_cast<double>\(steps_\)\}/, 0.0}/'
wrong 7.1 "one step further" 's/static_cast<double>\(steps_\)\}/static_cast<double>(steps_ + 1)}/'
wrong 7.1 "saved in single precision" 's/return \{weight_,/return {static_cast<float>(weight_),/'
wrong 7.1 "velocity and step exchanged" \
  's/(velocity_ = saved)\[1\](, steps_ = static_cast<Index>\(saved)\[2\]\)/\1[2]\2[1])/'
wrong 7.1 "the noise is switched off" 's/0.5 \* noise/0 * noise/'

wrong 7.2 "distances of one identity alone are thresholds" 's/all.insert\(.*//'
wrong 7.2 "distances of two identities alone are thresholds" 's/all\(same\)/all/'
wrong 7.2 "above, not at least" 's/confused >= missed/confused > missed/'
wrong 7.2 "a distance at the threshold is beyond it" 's/upper_bound/lower_bound/'
wrong 7.2 "the sum of the two shares" 's/\(missed \+ confused\) \/ 2/missed + confused/'
wrong 7.2 "the larger of the two shares" 's/\(missed \+ confused\) \/ 2/std::max(missed, confused)/'
wrong 7.2 "shares of all pairs together" 's/static_cast<double>\(sorted.size\(\)\)/static_cast<double>(6)/'

wrong 7.3 "the naive error" 's/1 \/ n \+ test_to_train/1 \/ n/'
wrong 7.3 "divided by J, not J - 1" 's/squares \/ \(n - 1\)/squares \/ n/'
wrong 7.3 "the deviation, not the error" 's/\(1 \/ n \+ test_to_train\) \* //'
wrong 7.3 "the correction divided by J, too" 's/1 \/ n \+ test_to_train/(1 + test_to_train) \/ n/'
wrong 7.3 "the variance, not its root" 's/std::sqrt\((.*)\)\};/\1};/'
wrong 7.3 "new identities for every split" \
  's/draw.shuffle\(std::span\(order\)\);/&for (int i = 0; i < identities; ++i)\
    ours[i] = draw.chance(0.6), theirs[i] = draw.chance(0.6);/'
wrong 7.3 "losses are no alarms" 's/std::abs\(gain.mean\)/gain.mean/'
wrong 7.3 "above one error" 's/> 2 \* gain/> gain/'

# ---- 8: reid/network ----
wrong 8.1 "the gradient through the sum is forgotten" 's/\(dp\[j\] - mean_dp\)/dp[j]/'
wrong 8.1 "the mean of dp is not weighted" 's/mean_dp \+= p\[j\] \* dp\[j\]/mean_dp += dp[j] \/ n/'
wrong 8.1 "the sigmoid's slope" 's/p\[j\] \* \(dp\[j\] - mean_dp\)/p[j] * (1 - p[j]) * dp[j]/'
wrong 8.1 "exp of the score itself" 's/std::exp\(s\[j\] - largest\)/std::exp(s[j])/'
wrong 8.1 "the largest of all scores, forbidden ones too" 's/if \(mask\[j\]\) largest/largest/'
wrong 8.1 "the largest begins with 0" 's/largest = -INFINITY/largest = 0/'
wrong 8.1 "a mask that multiplies" \
  's/if \(mask\[j\]\) (total \+= p\[j\] = )std/\1mask[j] * std/'
wrong 8.1 "an empty query is divided by 0" \
  's/if \(total == 0\) return reading;//;s/if \(!mask\[j\]\) continue;//'
wrong 8.1 "dv without the weight" 's/= p\[j\] \* dy\[k\]/= dy[k]/'

wrong 8.2 "the row below" 's/m\[k \* n \+ k \+ 1\] = std::sin/m[k * n + k + 1] = -std::sin/;
  s/m\[\(k \+ 1\) \* n \+ k\] = -std::sin/m[(k + 1) * n + k] = std::sin/'
wrong 8.2 "both signs are the same" 's/-std::sin/std::sin/'
wrong 8.2 "the frequency of the next pair" 's/static_cast<double>\(k\) \//static_cast<double>(k + 2) \//'
wrong 8.2 "half of the exponent" 's/-static_cast<double>\(k\)/-0.5 * static_cast<double>(k)/'
wrong 8.2 "the first pair alone" 's/k < n; k \+= 2/k < 2; k += 2/'
wrong 8.2 "pairs are halves of the vector" \
  's/k \* n \+ k \+ 1\] = std::sin/k * n + (k + n \/ 2) % n] = std::sin/'
wrong 8.2 "two rows above" 's/(double w = )/\12 * /'

wrong 8.3 "the older terms keep their scale" 's/of_a \* a.sum/a.sum/'
wrong 8.3 "y keeps its scale" 's/of_a \* a.y\[k\]/a.y[k]/'
wrong 8.3 "the newer terms keep their scale" 's/of_b = std::exp\(b.largest - whole.largest\)/of_b = 1/'
wrong 8.3 "the factors are exchanged" \
  's/of_a \* a.sum \+ of_b/of_b * a.sum + of_a/;s/of_a \* a.y\[k\] \+ of_b/of_b * a.y[k] + of_a/'
wrong 8.3 "an empty second part" 's/if \(b.sum == 0\) return a;//'
wrong 8.3 "an empty first part" 's/if \(a.sum == 0\) return b;//'
wrong 8.3 "the largest is that of the second" 's/std::max\(a.largest, b.largest\)/b.largest/'
wrong 8.3 "y is divided each time" 's/(whole.y.push_back\()(.*)\);/\1(\2) \/ whole.sum);/'

# ---- 9: engine/mpi ----
wrong 9.1 "chunks are shared like images" \
  's/chunk_from\(work.first_image \* rows\)/rank * chunks \/ ranks/
  s/chunk_from\(work.end_image \* rows\)/(rank + 1) * chunks \/ ranks/'
wrong 9.1 "a chunk belongs to the rank of its last row" 's/ \+ n - 1\) \/ n/) \/ n/'
wrong 9.1 "only the rank's own images" 's/(work.end_image = )std::max\(.*\);/\1work.end_image;/'
wrong 9.1 "one image too many" 's/last_row \/ rows \+ 1\)/last_row \/ rows + 2)/'
wrong 9.1 "the row behind the chunk" 's/chunks - 1;$/chunks;/'
wrong 9.1 "a rank without a chunk reaches back" \
  's/if \(work.first_chunk == work.end_chunk\) return work;//
  s/std::max\((work.end_image), (last_row \/ rows \+ 1)\)/\2/'
wrong 9.1 "every rank computes as many images" \
  's/\(rank \+ 1\) \* images \/ ranks;/work.first_image + (images + ranks - 1) \/ ranks;/'

wrong 9.2 "the sums of ranks are added" \
  's/(c < partials.size\(\); )\+\+c\) sum = sum \+ (.*);/\1c += 2)/
  s/c \+= 2\)/&\n        sum += partials[c][e] + (c + 1 < partials.size() ? partials[c + 1][e] : 0);/'
wrong 9.2 "from the last chunk to the first" \
  's/partials\[0\]\[static_cast/partials.back()[static_cast/
  s/c = 1; c < partials.size\(\); \+\+c/c = partials.size() - 1; c-- > 0;/'
wrong 9.2 "in double precision" 's/float sum =/double sum =/'
wrong 9.2 "all ranks receive all partial sums" \
  's/\(chunks - own\) \* \(end - begin\) \+ elements - \(end - begin\)/(chunks - own) * elements/'
wrong 9.2 "a rank receives what it has" 's/\(chunks - own\) \*/chunks */'
wrong 9.2 "the sums are not sent" 's/ \+ elements - \(end - begin\)\)/)/'
wrong 9.2 "shares are rounded down, and the rest is lost" \
  's/begin = r \* elements \/ ranks/begin = r * (elements \/ ranks)/
  s/end = .*;/end = begin + elements \/ ranks;/'

# ---- 10: reid/search ----
wrong 10.1 "the rough distance is believed" 's/rough\[i\] - error >/rough[i] >/'
wrong 10.1 "the error on the wrong side" 's/rough\[i\] - error/rough[i] + error/'
wrong 10.1 "every row is computed exactly" 's/if \(nearest.size\(\) == top .*continue;//'
wrong 10.1 "twice the error" 's/- error/- 2 * error/'
wrong 10.1 "a rough distance is kept" 's/distance = exact\(row\)/distance = (exact(row), rough[i])/'
wrong 10.1 "the later one of equal rows first" 's/upper_bound/lower_bound/'
wrong 10.1 "compared with the nearest of all" 's/nearest.back\(\)/nearest.front()/'
wrong 10.1 "one too few" 's/nearest.size\(\) > top/nearest.size() >= top/'

wrong 10.2 "the threshold is the test people's" 's/: training\) impostors/: test) impostors/'
wrong 10.2 "... of right images" 's/push_back\(search.impostor\)/push_back(search.genuine)/'
wrong 10.2 "one false alarm too many" \
  's/impostors\[allowed\]/impostors[std::min(allowed + 1, impostors.size() - 1)]/'
wrong 10.2 "a share is rounded up" 's/far \* n \+ 1e-9/far * n + 0.999/'
wrong 10.2 "a share is a digit short" 's/ \+ 1e-9//;s/far \* n/far * (n - 1e-9)/'
wrong 10.2 "who is nearer is not asked" 's/search.genuine < search.impostor && //'
wrong 10.2 "an equal distance is right" \
  's/search.genuine < search.impostor/search.genuine <= search.impostor/'
wrong 10.2 "at the threshold is within it" \
  's/search.impostor < result.threshold/search.impostor <= result.threshold/'
wrong 10.2 "not all may raise an alarm" \
  's/if \(allowed < impostors.size\(\)\) //
  s/impostors\[allowed\]/impostors[std::min(allowed, impostors.size() - 1)]/'

# ---- 11: reid/temporal ----
wrong 11.1 "frames in the order of the list" 's/return (frames\[.*\].frame);/return 0 * \1;/'
wrong 11.1 "the largest number first" 's/return (frames\[.*\].frame);/return -\1;/'
wrong 11.1 "people with one camera's sequence are one" 's/std::tuple\(f.person, /std::tuple(std::string(), /'
wrong 11.1 "cameras are mixed" 's/f.person, f.camera,/f.person, 0,/'
wrong 11.1 "a person has one sequence" 's/f.camera, f.sequence\)/f.camera, Index(0))/'
wrong 11.1 "strangers are one person" 's/if \(!f.person.empty\(\)\)//'
wrong 11.1 "strangers are left out" 's/const Frame& f = frames\[i\];/&\n    if (f.person.empty()) continue;/'

wrong 11.2 "the last start is missing" 's/length - count \+ 1/std::max<Index>(1, length - count)/'
wrong 11.2 "one start too many" 's/length - count \+ 1/length - count + 2/'
wrong 11.2 "it always begins at the first frame" 's/= static_cast<Index>\(u .*;/= u < 2 ? 0 * starts : 1;/'
wrong 11.2 "the start is rounded" \
  's/\(u \* static_cast<double>\(starts\)\)/(u * static_cast<double>(starts - 1) + 0.5)/'
wrong 11.2 "a short sequence stands still at its end" \
  's/\(start \+ k\) % length/std::min(start + k, length - 1)/'
wrong 11.2 "a short sequence begins at its first frame" 's/count \+ 1 : length/count + 1 : 1/'
wrong 11.2 "every second frame" 's/\(start \+ k\) % length/(start + 2 * k) % length/'

wrong 11.3 "no memory" 's/ \+ r\[i\] \* w_s\[i \* d \+ j\]//'
wrong 11.3 "what is kept is not bent" 's/std::tanh\(o\[j\]\)/o[j]/'
wrong 11.3 "what is pooled is bent" 's/\+ o\[j\]\) \//+ std::tanh(o[j])) \//'
wrong 11.3 "W_s is transposed" 's/w_s\[i \* d \+ j\]/w_s[j * d + i]/'
wrong 11.3 "W_i is transposed" 's/w_i\[i \* d \+ j\]/w_i[j * d + i]/'
wrong 11.3 "x_t is not added" 's/\(x\[t \* d \+ j\] \+ o\[j\]\)/o[j]/'
wrong 11.3 "the last frame alone" 's/y\[j\] \+= .*/y[j] = x[t * d + j] + o[j];/'
wrong 11.3 "the memory is of the frame before the last" \
  's/std::vector<double> o\(d, 0\);/&\n    if (t == 1) std::fill(r.begin(), r.end(), 0.0);/'
