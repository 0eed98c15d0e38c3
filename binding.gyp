{
  'targets': [
    {
      'target_name': 'rtnetlink',
      'sources': [
        'native/addon.cc',
        'native/arguments.cc',
        'native/error.cc',
        'native/exchange.cc',
        'native/executor.cc',
        'native/inet_socket.cc',
        'native/ledger.cc',
        'native/netns.cc',
        'native/netns_dir.cc',
        'native/netns_handle.cc',
        'native/netns_mounts.cc',
        'native/netns_open.cc',
        'native/netns_tasks.cc',
        'native/proc_file.cc',
        'native/reply_value.cc',
        'native/socket.cc',
        'native/socket_handle.cc',
        'native/thread.cc',
        'native/tun.cc',
        'native/worker.cc',
      ],
      'include_dirs': ['<!(node -p "require(\'node-addon-api\').include_dir")'],
      'defines': [
        'NAPI_VERSION=9',
        'NAPI_DISABLE_CPP_EXCEPTIONS',
        'NODE_ADDON_API_DISABLE_DEPRECATED',
        # A worker that is being terminated refuses to throw; without this the whole process would be aborted.
        'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
      ],
      'cflags_cc!': ['-std=gnu++17'],
      'cflags_cc': ['-std=c++20', '-fno-exceptions', '-fvisibility=hidden', '-Wall', '-Wextra'],
      # nodelete: callbacks of ours may still be queued in libuv when the last worker that loaded the addon ends.
      'ldflags': ['-Wl,-z,nodelete'],
      'libraries': ['-lmnl'],
    },
  ],
}
