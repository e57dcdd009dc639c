package dev.mtdconnector.enrollment;

/**
 * How it is learnt whose the devices of many users are who joined at once: by whichever way takes the fewest requests. Pure.
 *
 * @param requests as many as it will take, or about that
 */
record SourcePlan(Way way, int requests) {

    /** The ways there are. */
    enum Way {
        /** Each user with the devices that the user owns. */
        BY_USER,
        /** All devices of the directory, each with its registered owners. */
        WITH_OWNERS,
        /**
         * All devices that Intune manages, each with who enrolled it; all devices of the directory, without their owners,
         * for the ids of their objects; and the registered owners of those of which Intune's word is not enough.
         */
        BY_HINTS
    }

    /**
     * How much one request brings.
     *
     * @param batch users asked for in one batch, and devices likewise
     * @param withOwners devices on a page when each comes with its owners
     * @param alone devices on a page when each comes alone
     * @param managed managed devices on a page
     */
    record Sizes(int batch, int withOwners, int alone, int managed) {

        /** Microsoft Graph's. */
        static final Sizes GRAPH = new Sizes(20, 100, 999, 1_000);

        int byUser(int joined) {
            return pages(joined, batch);
        }

        int withOwners(long devices) {
            return pages(devices, withOwners);
        }

        /**
         * @param doubtful devices whose registered owners are asked for
         */
        int byHints(long devices, long managedDevices, long doubtful) {
            return pages(managedDevices, managed) + pages(devices, alone) + pages(doubtful, batch);
        }

        private static int pages(long things, int aPage) {
            return (int) ((things + aPage - 1) / aPage);
        }
    }

    /**
     * What there is, by count.
     *
     * @param joined users who joined and whose devices are not known
     * @param inScope users in the groups, those who joined among them
     * @param users in the directory
     * @param devices in the directory, of every kind
     * @param managed devices in Intune
     */
    record Counts(int joined, int inScope, int users, int devices, int managed) {

        /**
         * Devices of which Intune's word will not be enough, at the least: those that it does not manage, and those that
         * somebody enrolled who is in no group, taken to be as many as such users are.
         */
        private long doubtful() {
            long unmanaged = Math.max(0, (long) devices - managed);
            long outside = Math.max(0, (long) users - inScope);
            return unmanaged + (users == 0 ? 0 : (long) Math.min(devices, managed) * outside / users);
        }
    }

    /** The cheapest way without Intune. */
    static SourcePlan ofDirectory(Sizes sizes, int joined, int devices) {
        SourcePlan byUser = new SourcePlan(Way.BY_USER, sizes.byUser(joined));
        return byUser.orIfCheaper(new SourcePlan(Way.WITH_OWNERS, sizes.withOwners(devices)));
    }

    /** The cheapest way of all; of ways that cost the same the one that is certain of every owner at once. */
    static SourcePlan cheapest(Sizes sizes, Counts counts) {
        int byHints = sizes.byHints(counts.devices(), counts.managed(), counts.doubtful());
        return ofDirectory(sizes, counts.joined(), counts.devices()).orIfCheaper(new SourcePlan(Way.BY_HINTS, byHints));
    }

    private SourcePlan orIfCheaper(SourcePlan other) {
        return other.requests < requests ? other : this;
    }
}
