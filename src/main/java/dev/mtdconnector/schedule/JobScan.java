package dev.mtdconnector.schedule;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks through the jobs of all tenants, a page at a time: for whoever looks after the deployment, not for jobs. */
@FunctionalInterface
public interface JobScan {

    /** A page of jobs, tenant by tenant. It may hold none and still have a continuation. */
    Part jobs(int limit, @Nullable String continuation);

    /** A page; {@code continuation} is null on the last. */
    record Part(List<Job> jobs, @Nullable String continuation) {
        public Part {
            jobs = List.copyOf(jobs);
        }
    }
}
