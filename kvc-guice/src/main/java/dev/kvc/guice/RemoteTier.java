package dev.kvc.guice;

import dev.kvc.format.KvcHeader;
import dev.kvc.store.Capability;
import dev.kvc.store.KvStore;
import dev.kvc.store.Settings;
import dev.kvc.store.tier.Admission;
import dev.kvc.store.tier.Promotion;
import dev.kvc.store.tier.Tier;
import dev.kvc.store.tier.WriteMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The places of a cache's stores: one over a network is not waited for, and what is found there is kept nearer by. */
final class RemoteTier {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration SAVE_DEADLINE = Duration.ofMinutes(1);

    private final Settings settings;

    /** Tiers as the settings of {@code remote.} say, which have been checked. */
    RemoteTier(Map<String, String> settings) {
        this.settings = new Settings("remote.*", settings);
    }

    private static boolean isRemote(KvStore store) {
        return store.capabilities().contains(Capability.REMOTE);
    }

    /** The place of the store at {@code index}. */
    Tier of(List<KvStore> fastestFirst, int index) {
        KvStore store = fastestFirst.get(index);
        if (isRemote(store)) {
            return remote(store);
        }
        boolean remoteIsNext = index + 1 < fastestFirst.size() && isRemote(fastestFirst.get(index + 1));
        // What came over the network once shall not come again; memory waits for a second hit.
        boolean keepsAtOnce = remoteIsNext && store.capabilities().contains(Capability.DURABLE);
        return keepsAtOnce ? Tier.of(store).promotion(Promotion.onFirstHit()) : Tier.of(store);
    }

    private Tier remote(KvStore store) {
        Admission admission = Admission.ofTokens(
                settings.count("min-tokens", 0, KvcHeader.MAX_TOKEN_COUNT).orElse(0L));
        boolean writeBack = settings.flag("write-back").orElse(true);
        return Tier.of(store)
                .writeMode(writeBack ? WriteMode.WRITE_BACK : WriteMode.WRITE_THROUGH)
                .admission(settings.flag("on-second-hit").orElse(false) ? admission.orOnSecondHit() : admission)
                .deadline(settings.duration("deadline").orElse(DEADLINE))
                .saveDeadline(settings.duration("save-deadline").orElse(SAVE_DEADLINE));
    }
}
