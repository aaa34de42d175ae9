# The mutants: mutant NAME FILE PROGRAM 's/CODE/BROKEN CODE/' [TEST-CASE FILTER]
#   PROGRAM is the test program that must go red, below build/: tests/kernels, double/tests/engine
#   (gradient checks), ...
# Each is a mistake that somebody could make. What it says: make this mistake, and a test tells you.

# ---- kernels/reference: the judge itself ----
mutant "reference: gemm scales C where beta is 0" kernels/reference/linear_algebra.cpp tests/kernels \
  's/beta == 0 \? 0 : //'
mutant "reference: a distance forgets the second gradient" kernels/reference/linear_algebra.cpp \
  double/tests/engine \
  's/dy && j < n/dy \&\& j + 1 < n/'
mutant "reference: strip means forget the weight in backward" kernels/reference/pooling.cpp \
  double/tests/engine \
  's/weight\[n \* s.patches\(\) \+ p\] \/ total;/1 \/ total;/'
mutant "reference: the Elman carry leaks into the next sequence" kernels/reference/recurrence.cpp \
  double/tests/layers \
  's/carry.clear\(\);  \/\/ nothing comes.*//'
mutant "reference: the LSTM's cell gradient skips its forget gate" kernels/reference/recurrence.cpp \
  double/tests/layers \
  's/c_carry\[j\] = dc \* f;/c_carry[j] = dc;/'
mutant "reference: batch norm's variance is the unbiased one" kernels/reference/normalisation.cpp \
  double/tests/layers \
  's/squares \/ double\(rows\)\)/squares \/ double(rows - 1))/'
mutant "reference: gradients are assigned, not added" kernels/reference/sums.h double/tests/engine \
  's/gradient\[i\] \+ sums_\[i\]/sums_[i]/'

# ---- kernels/cpu ----
mutant "cpu: gemm forgets alpha on its way out" kernels/cpu/column.h tests/kernels \
  's/broadcast\(alpha\) \* load/load/'
mutant "cpu: gemm takes beta again for every k block" kernels/cpu/gemm.cpp tests/kernels \
  's/pc == 0 \? p.beta : 1.0f/p.beta/'
mutant "cpu: gemm packs a square beside its place" kernels/cpu/packing.h tests/kernels \
  's/\(step \+ i\) \* width \+ group/(step + i) * width/'
mutant "cpu: a product that was transposed forgets beta" kernels/cpu/gemm.cpp tests/kernels \
  's/transposed\[j \* p.m \+ i\] \+ p.beta \* c\[j\]/transposed[j * p.m + i] + c[j]/'
mutant "cpu: rows of the first tile's copy of B overlap" kernels/cpu/column.h tests/kernels \
  's/copy \+= vectors \* lanes;/copy += lanes;/'
mutant "cpu: a sum that is cut into parts loses its rest" kernels/cpu/column.h tests/kernels \
  's/left > 0; left -=/left >= ahead.every; left -=/'
mutant "cpu: a whole tile takes the place of what it is added to" kernels/cpu/column.h tests/kernels \
  's/store\(to, value \+ load\(to\)\)/store(to, value)/'
mutant "cpu: lower tiles are computed as high as those above them" kernels/cpu/gemm.cpp tests/kernels \
  's/return part < longer_ones \? longer_ones : parts;/return parts;/'
mutant "cpu: the columns behind the last whole panel are left out" kernels/cpu/gemm.cpp tests/kernels \
  's/minimum\(p\.n, end \* lanes\)/minimum(p.n \/ lanes * lanes, end * lanes)/'
mutant "cpu: rows of B that are read in place are taken for a panel" kernels/cpu/gemm.cpp tests/kernels \
  's/rest\.b_step = p\.b\.row;/rest.b_step = width;/'
mutant "cpu: one row of a product leaves out the end of the sum" kernels/cpu/thin_products.h tests/kernels \
  's/for \(; step < p\.k; \+\+step\) add_rows/for (; step + 1 < p.k; ++step) add_rows/'
mutant "cpu: a tap at the border of the image is taken for padding" kernels/cpu/convolution.h tests/kernels \
  's/minimum\(taps, size - at\)/minimum(taps, size - at - 1)/'
mutant "cpu: pixels at the border meet the wrong taps" kernels/cpu/direct_convolution.h tests/kernels \
  's/ \+ skipped\) \* block\.width/) * block.width/'
mutant "cpu: Winograd's points have a wrong polynomial" kernels/cpu/winograd.h tests/kernels \
  's/4\.25f \* d\[3\]/4.5f * d[3]/' "winograd*"
mutant "cpu: Winograd's last tile of a row writes over the next row" kernels/cpu/winograd_convolution.h \
  tests/kernels \
  's/if \(j < count\) put/put/' "winograd*"
mutant "cpu: the two pixels of a window's row both win" kernels/cpu/pooled.h tests/kernels \
  's/at == place \+ 1 \?/at == place ?/'
mutant "cpu: a NaN is not on the list of winners" kernels/cpu/convolution_pool_backward.cpp tests/kernels \
  's/next - \(g != broadcast\(0\.0f\)\)/next - ((g < broadcast(0.0f)) | (g > broadcast(0.0f)))/'

mutant "cpu: a crop's colours are multiplied and added in one" kernels/cpu/pixels.h tests/kernels \
  's/asm\("" : "\+[vx]"\(product\)\);//' "a crop*"
mutant "cpu: a crop's last pixels write over what lies behind it" kernels/cpu/warp.cpp tests/kernels \
  's/3 \* minimum\(width - x, pixels\)/lanes/' "a crop*"
mutant "cpu: nobody helps a thread that is held up" kernels/cpu/parallel.h tests/kernels \
  's/for \(Index i = 0; i < all\.parts; \+\+i\) \{/for (Index i = 0; i < 1; ++i) {/' "sharing out*"
mutant "cpu: a sum is cut by the number of threads" kernels/cpu/reductions.cpp tests/kernels \
  '/^void sum_rows/,/^}/ s/\bpiece\b/(piece \/ context.threads)/g'
mutant "cpu: max pooling gives a tie to the last" kernels/cpu/pooling.cpp tests/kernels \
  's/const Ints better = replaces\(value, best\);/const Ints better = ~replaces(best, value);/'

# ---- engine ----
mutant "ops: a quotient forgets the denominator's sign" engine/ops/arithmetic.cpp double/tests/engine \
  's/scale\(step.context\(\), share.elements\(\), -1/scale(step.context(), share.elements(), 1/'
mutant "ops: where sends the whole gradient to both" engine/ops/selection.cpp double/tests/engine \
  's/add_chosen\(step, 1, mask, false, b\)/add_chosen(step, 1, mask, true, b)/'
mutant "ops: a walk over six axes forgets the sixth" engine/ops/detail.h double/tests/engine \
  's/at_i \* i.a \+ at_j \* j.a/at_j * j.a/'
mutant "ops: a repeated matrix keeps its last gradient alone" engine/ops/linear.cpp double/tests/engine \
  's/b.real\(\) \+ batch.b\[i\], 1, da/b.real() + batch.b[i], 0, da/'
mutant "ops: a dilated convolution steps by one pixel" engine/ops/grouped_convolution.cpp tests/engine \
  's/\* window.dilation \* in;/* in;/'
mutant "ops: label smoothing leaves the target its whole weight" engine/ops/loss.cpp tests/engine \
  's/\(1 - smoothing\) \* loss/loss/'
mutant "layer norm's gradient forgets the mean" kernels/reference/normalisation.cpp double/tests/engine \
  's/dy\[j\] - mean - y/dy[j] - y/'
mutant "kernels: scatter_add drops the last position of a row" kernels/cpu/maps.cpp tests/kernels \
  's/p < start\[a \+ 1\]; \+\+p/p + 1 < start[a + 1]; ++p/'
mutant "layers: attention is not scaled" layers/attention.cpp tests/layers \
  's/1 \/ std::sqrt/std::sqrt/'
mutant "tape: a second use of a value overwrites the first" engine/tape.cpp double/tests/engine \
  's/if \(!node.gradient\) node.gradient/node.gradient/'
mutant "ops: matmul turns the wrong factor" engine/ops/linear.cpp double/tests/engine \
  's/Transpose::no, Transpose::yes, m, k, n,/Transpose::no, Transpose::no, m, k, n,/'
mutant "ops: GELU's derivative is taken at y" engine/ops/activation.cpp double/tests/engine \
  's/kind == Activation::gelu \? x.value : y/y/'
mutant "ops: a target beyond the classes goes through" engine/ops/loss.cpp tests/engine \
  's/label >= 0 && label < classes/label >= 0 \&\& label <= classes/'

mutant "tensor: a borrowed array goes to the pool" engine/tensor.cpp tests/engine \
  's/if \(owned\) device/device/'
mutant "safetensors: a tensor may lie beyond the end of its file" engine/safetensors.cpp tests/engine \
  's/entry.begin <= entry.end && entry.end <= data_size/entry.begin <= entry.end/'

# ---- layers ----
mutant "layers: the running variance keeps the batch's bias" layers/batch_norm.cpp double/tests/layers \
  's/m \* n \/ \(n - 1\)/m/'

# ---- datasets ----
mutant "splits: a person number may stand there twice" datasets/splits.cpp tests/datasets \
  's/= true;\r?$/= false;/'
mutant "splits: half the people and one train" datasets/splits.cpp tests/datasets \
  's/identities \/ 2\)/identities \/ 2 + 1)/'

mutant "image cache: nothing is ever evicted" datasets/image_cache.cpp tests/datasets \
  's/while \(bytes_ \+ size > capacity_\) evict_one\(\);//'
mutant "images: a resized image is kept where its own size is smaller" datasets/image_source.cpp \
  tests/datasets \
  's/own_size_is_smaller && !shared_->keep_resized/false/'
mutant "images: the hash does not see the size" datasets/image_source.cpp tests/datasets \
  's/checksum\(size, sizeof size\)\)/checksum_start)/'
mutant "list: the line of a mistake is one too early" datasets/csv.cpp tests/datasets \
  's/CsvRecord record\{line_/CsvRecord record{line_ - 1/'
mutant "MSMT17: training and test people share their numbers" datasets/layout_msmt17.cpp tests/datasets \
  's/"train " : "test "/"" : ""/'

# ---- reid ----
mutant "protocol: distractors of the query's camera are missing in the other direction" \
  reid/evaluation/protocol.cpp tests/reid \
  's/protocol\.query_distractors\.begin\(\),/protocol.query_distractors.end(),/'
mutant "mAP by trapezoids starts at precision 0" reid/evaluation/ranking.cpp tests/reid \
  's/ranks\[hit\] == 1 \? 1 :/ranks[hit] == 1 ? 0 :/'
mutant "sampled protocol: queries without regard to cameras" reid/report/page/tested.cpp tests/reid \
  's/asking\.camera\[q\] != known\.camera\[g\]/true/'
mutant "ranking: a tie is decided in our favour" reid/evaluation/ranking.cpp tests/reid \
  's/count \+= d\[i\] <= limit/count += d[i] < limit/'
mutant "ranking: the query's own camera counts" reid/evaluation/ranking.cpp tests/reid \
  's/gallery_.camera\[at\] == camera \? own_camera : right/right/'
mutant "EM: the percentile is one number off" reid/em/em.cpp tests/reid \
  's/\(sorted.size\(\) - 1\);$/(sorted.size());/'
mutant "EM: a patch passes either threshold's larger one" reid/em/em.cpp tests/reid \
  's/t = std::min\(percentile/t = std::max(percentile/'
mutant "whitening: the ridge is not a share of the variance" reid/network/whitening.cpp tests/reid \
  's/ridge \* trace \/ static_cast<double>\(n\)/ridge/' '*whiten*'
mutant "whitening: explaining goes through W the wrong way" reid/explain/contributions.cpp tests/reid \
  's/whitening.transposed_times\(h\)/whitening.times(h)/' '*contributions*'
mutant "fusion: a weight may be negative" reid/metrics/fusion.cpp tests/reid \
  's/std::max\(0.0, from \+ share \* step\)/from + share * step/' '*likeliest weights*'
mutant "fusion: only the first search chooses the weights" reid/metrics/fusion.cpp tests/reid \
  's/for \(const HeldOutScores& z : searches\) \{/for (const HeldOutScores\& z : searches.first(1)) {/' \
  '*likeliest weights*'
mutant "a network beside a feature loses its signs" reid/table/description.cpp tests/reid \
  's/std::max\(-value, Real\(0\)\)/std::max(value, Real(0))/' '*embedding beside*'
mutant "pair protocol: a set's own queries and gallery are left out" reid/evaluation/protocol.cpp tests/reid \
  's/(samples_by_identity_and_camera\(dataset, )all\)/\1samples_for_training(dataset, identities))/' \
  '*pair protocol*'
mutant "mining: batch-hard takes the nearest positive" reid/loss/mining.cpp tests/reid \
  's/anchor.furthest\(anchor.positives\)/anchor.nearest(anchor.positives)/'
mutant "mining: an anchor is its own positive" reid/loss/mining.cpp tests/reid \
  's/if \(i == a\) continue;//'
mutant "trainer: resuming forgets the optimizer's averages" reid/training/trainer_checkpoint.cpp tests/reid \
  's/  optimizer_.restore\(.*//'
mutant "significance: overlapping splits taken for independent ones" reid/evaluation/significance.cpp \
  tests/reid \
  's/std::sqrt\(inverse \+ test_to_train\)/std::sqrt(inverse)/' 'significance*'
mutant "significance: the sign-flip test counts one side only" reid/evaluation/significance.cpp tests/reid \
  's/reached \+= std::abs\(sum\)/reached += sum/' 'significance*'
mutant "comparison: other queries are compared by their position" reid/evaluation/comparison.cpp tests/reid \
  's/p.image == r.image \&\& p.identity == r.identity/true/' 'comparison*'
mutant "report: every map has a colour scale of its own" reid/report/page/em_section.cpp tests/reid \
  's/map_text\(one.map, scale\)/map_text(one.map, largest)/' '*EM loop*'
mutant "report: both directions of the search show the first" reid/report/page/cmc_section.cpp tests/reid \
  's/back.push_back\(&scores.at\("reverse"\)\)/back.push_back(\&scores)/' '*curves have every rank*'
mutant "report: a filter stands beside its weakest patches" reid/report/page/filters.cpp tests/reid \
  's/response <= best.response/response >= best.response/' 'looks*'

# ---- devices, tapes, parameters: misuse is an Error ----
mutant "device: a second thread is let in" engine/device.h tests/engine \
  's/!= this_thread\(\)\) claim/== nullptr) claim/' "*second*,threads that share*"
mutant "tape: a value of a tape that is gone is taken for one of the next tape" engine/tape.h tests/engine \
  's/!= serial_\) fail_stale/== 0) fail_stale/' "*tape*"
mutant "saved: a tensor that was written since is read all the same" engine/tensor.cpp tests/engine \
  's/tensor_\.version\(\) == version_/true/' "*written between*"
mutant "optimizer: writes parameters without saying so" engine/optimizer.cpp tests/engine \
  's/parameter\.value\.wrote\(\);//' "*written between*"
mutant "parameter: references stay behind when it is moved" engine/parameter.cpp tests/engine \
  's/if \(place_\) \*place_ = this;//' "*list of parameters*"
mutant "shape: the product overflows" engine/shape.cpp tests/engine \
  's/product <= most_elements \/ size,/true,/' "*sizes that cannot be*"
mutant "cpu: rows whose squares overflow are not scaled" kernels/cpu/normalisation.cpp tests/engine \
  's/normalise_scaled\(columns, epsilon, from, y \+ row \* columns, norm \+ row\)/false/' "rows of any size*"
mutant "team: the caller does not wait for the others" kernels/team.cpp tests/kernels \
  's/while \(found == taken\)/while (false)/' "team: what the workers*"

# ---- files that come in and go out ----
mutant "files: a pipe is opened for reading" engine/file.cpp tests/engine \
  's/if \(!S_ISREG\(status.st_mode\)\)/if (false)/' "a pipe*"
mutant "files: another kind of file is replaced" engine/file.cpp tests/engine \
  's/there == kind,/there != "never",/' "only a file*"
mutant "files: temporary names are the same for all processes" engine/file.cpp tests/engine \
  's/target.string\(\), ::getpid\(\), calls\+\+/target.string(), 0, 0/' "a temporary*"
mutant "JSON: brackets in a text count as nesting" engine/json.cpp tests/engine \
  's/quoted = true;/;/' "JSON*"
mutant "safetensors: a NaN is read" engine/safetensors.cpp tests/engine \
  's/return !std::isfinite\(static_cast<Real>\(v\)\);/return std::isinf(v);/' "a number*"
mutant "safetensors: the checksum leaves out the numbers" engine/safetensors.cpp tests/engine \
  's/checksum\(data.data\(\), data.size\(\), /checksum(data.data(), 0, /' "a flipped*"
mutant "images: a Huffman table may have any number of symbols" datasets/jpeg.cpp tests/datasets \
  's/symbols > 256 \|\| /symbols > 4096 || /; s/codes > 1u << length/false/' "Huffman*"
mutant "images: orientation 6 is turned the wrong way" datasets/image.cpp tests/datasets \
  's/orientation == 4 \|\| orientation == 6 \|\|/orientation == 4 || orientation == 8 ||/' "a JPEG*"
mutant "images: PNM samples of 16 bits are little-endian" datasets/pnm.cpp tests/datasets \
  's/big16\(b, at\) : b\[at\]/little16(b, at) : b[at]/' "PNM*"
mutant "images: a PNG may inflate without end" datasets/stb.cpp tests/datasets \
  's/bytes > triptych::decoder::largest_block/false/' "a PNG that*"
mutant "checkpoint: a pair may name any image" reid/training/trainer_checkpoint.cpp tests/reid \
  's/sample >= 0 && at < used.size\(\) && row_of_sample\[at\] >= 0 && !used\[at\]/at + 1 > 0/' "a checkpoint*"
mutant "model: a deviation of 0 is read" reid/network/model.cpp tests/reid \
  's/numbers\[i\] >= Real\(1e-6\)/numbers[i] >= Real(0)/' "a model file*"

# ---- reid/experiment: inputs that a key forgets ----
mutant "key: the images are left out of a row" reid/experiment/table_run.cpp tests/reid \
  's/in.images = digests.images, //' '*table run*'
mutant "key: the labels are left out of a row" reid/experiment/table_run.cpp tests/reid \
  's/in.labels = digests.labels;//' '*table run*'
mutant "key: the training people are left out of a row" reid/experiment/table_run.cpp tests/reid \
  's/in.training_identities = split.identities.train;//' '*table run*'
mutant "key: the protocol is left out of a row" reid/experiment/table_run.cpp tests/reid \
  's/in.protocol = digest_of\(test\);//' '*table run*'
mutant "key: the method is left out of a row" reid/experiment/table_run.cpp tests/reid \
  's/in.method = definition\(method\);//' '*table run*'
mutant "key: the networks are left out of a row" reid/experiment/table_run.cpp tests/reid \
  's/in.networks = networks;//' '*table run*'
mutant "key: the instruction set is left out of a row" reid/experiment/table_run.cpp tests/reid \
  's/in.instruction_set = machine.instruction_set, //' '*table run*'
mutant "key: the options are left out of a network" reid/experiment/job.cpp tests/reid \
  's/in.options = options;//' '*network inputs*'
mutant "key: the start is left out of a network" reid/experiment/job.cpp tests/reid \
  's/in.start = start_key;//' '*network inputs*'
mutant "key: the training people are left out of a network" reid/experiment/job.cpp tests/reid \
  's/in.training_identities = identities.train, //' '*network inputs*'
mutant "key: a digest of labels forgets the camera" datasets/content.cpp tests/datasets \
  's/^ +\.add\(std::uint64_t\(sample.camera\)\)//' '*content*'
mutant "key: a value is hashed without its name" reid/key.cpp tests/reid \
  's/hash.add\(name\).add\(value\)/hash.add(value)/' '*key*'
mutant "leak: the people of the start model are forgotten" reid/training/trainer.cpp tests/reid \
  's/model.trained_on = trained_on\(file, start\);//' '*experiment*'
mutant "reuse: a row of another key is found" reid/experiment/rows.cpp tests/reid \
  's/if \(key_of\(row.inputs\) != row.key\) return std::nullopt;//' '*rows*'
