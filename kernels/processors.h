#pragma once

namespace triptych {

// How many threads this process should use when no number is given: the processors that it may run on, but
// no more than the cgroup's quota of processor time pays for (containers: docker --cpus 2), rounded up, nor
// than OMP_NUM_THREADS says. At least 1.
int default_threads();

// The same without OMP_NUM_THREADS: how many threads can really run at once. Looked up once.
int available_processors();

// The quota of the cgroup that a process is in, in processors; 0 without one. `root` is where cgroups are
// mounted, `cgroup` a file like /proc/self/cgroup. Understands versions 1 and 2; the smallest quota on the
// way to the root counts.
double cgroup_quota(const char* root, const char* cgroup);

}  // namespace triptych
