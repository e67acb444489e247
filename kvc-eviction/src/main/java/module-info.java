/** Which snapshots a full store gives up: the policy interface and the policies. */
module dev.kvc.eviction {
    requires transitive dev.kvc.format;
    requires static transitive org.jspecify;

    exports dev.kvc.eviction;

    uses dev.kvc.eviction.EvictionPolicyFactory;
}
